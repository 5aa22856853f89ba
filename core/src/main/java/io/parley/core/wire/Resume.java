package io.parley.core.wire;

import io.parley.core.channel.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a session begins: in ATTACH.
 *
 * <pre>
 *   kind u8
 *     0 NEW   1 EARLIEST   2 LAST count u64   3 SINCE milliseconds i64
 *     4 AT    epoch u64 | lsn u64            the message that an OFFER called its next
 *     5 AFTER epoch u64 | lsn u64 | n u16, n × (epoch u64 | lsn u64)
 *             a reader of a topic: the last id that it processed, and what it ran beyond it
 *     6 HELD  n u16, n × (epoch u64 | lsn u64)
 *             a member of a queue: the ids that it executed or holds
 * </pre>
 */
public sealed interface Resume {
    /** A reader that the sender does not know. */
    record Fresh(Start start) implements Resume {}

    /** From the message that an OFFER named. */
    record At(Position position) implements Resume {}

    /** A reader of a topic that was attached before. */
    record After(Position last, List<Position> beyond) implements Resume {
        public After {
            beyond = List.copyOf(beyond);
        }
    }

    /** A member of a queue that was attached before, or might have been. */
    record Held(List<Position> ids) implements Resume {
        public Held {
            ids = List.copyOf(ids);
        }
    }

    /** The most ids in {@link After} and {@link Held}. */
    int MAX_IDS = 10_000;

    /** Writes it. */
    private static void putIds(FrameWriter out, List<Position> ids) {
        out.u16(ids.size());
        ids.forEach(p -> p.put(out));
    }

    private static List<Position> takeIds(FrameReader in) {
        int n = in.count(Position.BYTES);
        if (n > MAX_IDS) {
            throw new MalformedFrame(n + " ids, expected at most " + MAX_IDS);
        }
        List<Position> ids = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            ids.add(Position.take(in));
        }
        return ids;
    }

    /** Writes where to begin. */
    static void put(FrameWriter out, Resume resume) {
        if (resume instanceof Fresh fresh) {
            putStart(out, fresh.start());
        } else if (resume instanceof At at) {
            at.position().put(out.u8(4));
        } else if (resume instanceof After after) {
            after.last().put(out.u8(5));
            putIds(out, after.beyond());
        } else if (resume instanceof Held held) {
            putIds(out.u8(6), held.ids());
        }
    }

    private static void putStart(FrameWriter out, Start start) {
        if (start instanceof Start.New) {
            out.u8(0);
        } else if (start instanceof Start.Earliest) {
            out.u8(1);
        } else if (start instanceof Start.Last last) {
            out.u8(2).u64(last.count());
        } else if (start instanceof Start.Since since) {
            out.u8(3).u64(since.epochMillis());
        }
    }

    /** Reads where to begin. */
    static Resume take(FrameReader in) {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> new Fresh(Start.NEW);
            case 1 -> new Fresh(Start.EARLIEST);
            case 2 -> new Fresh(Start.last(Math.max(0, in.u64())));
            case 3 -> new Fresh(new Start.Since(in.u64()));
            case 4 -> new At(Position.take(in));
            case 5 -> new After(Position.take(in), takeIds(in));
            case 6 -> new Held(takeIds(in));
            default -> throw new MalformedFrame("start " + kind + ", expected 0 to 6");
        };
    }
}
