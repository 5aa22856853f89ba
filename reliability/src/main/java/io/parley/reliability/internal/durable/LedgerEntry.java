package io.parley.reliability.internal.durable;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.spi.Ledger;
import io.parley.core.spi.Ledger.Entry;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.protocol.LsnSet;
import java.nio.ByteBuffer;

/**
 * The layout of ledger entries: they stand back to back in the payloads of a log's records. Little endian. A name is u16 and
 * UTF-8, a position is epoch u64 and lsn u64, a varint has seven bits a byte, the lowest first. Source: Parley's own,
 * docs/journal.md.
 *
 * <pre>
 *   1 CURSOR     name, position                       the reader has settled all up to there
 *   2 FORGOTTEN  name                                 it is known no longer
 *   3 SETTLED    end u8, epoch u64, first u64,        messages of a queue are settled: runs of them, each followed by
 *                n u16, n x (length-1, gap) varints   a gap to the next
 *   4 COUNTED    position, attempts u32, deaths u32,  a message waits for another try
 *                not before i64
 *   5 STARTED    position                             a worker in this process begins with it
 *   6 FAILED     position, at i64, kind u8, cause     it was tried in vain
 * </pre>
 */
final class LedgerEntry {
    /** No entry takes more. */
    static final int MOST = 1_024;

    private static final int CURSOR = 1;
    private static final int FORGOTTEN = 2;
    private static final int SETTLED = 3;
    private static final int COUNTED = 4;
    private static final int STARTED = 5;
    private static final int FAILED = 6;
    private static final int MOST_CAUSE = 400;

    private LedgerEntry() {}

    /** Takes what {@link #read} finds. */
    interface Visitor {
        /** Any entry but {@link Ledger.Settled}. */
        void entry(Entry entry);

        /** These were settled. */
        void settled(Ledger.End end, long epoch, long from, long to);
    }

    /** Writes one that is not {@link Ledger.Settled}. */
    static void write(ByteBuffer out, Entry entry) {
        if (entry instanceof Ledger.Cursor cursor) {
            put(put(out.put((byte) CURSOR), cursor.reader()), cursor.upTo());
        } else if (entry instanceof Ledger.Forgotten forgotten) {
            put(out.put((byte) FORGOTTEN), forgotten.reader());
        } else if (entry instanceof Ledger.Counted counted) {
            put(out.put((byte) COUNTED), counted.id())
                    .putInt(counted.attempts())
                    .putInt(counted.deaths())
                    .putLong(counted.notBefore());
        } else if (entry instanceof Ledger.Started started) {
            put(out.put((byte) STARTED), started.id());
        } else if (entry instanceof Ledger.Failed failed) {
            FailureBytes.write(put(out.put((byte) FAILED), failed.id()), failed.failure(), MOST_CAUSE);
        } else {
            throw new IllegalArgumentException("settled messages are written as runs: " + entry);
        }
    }

    private static ByteBuffer put(ByteBuffer out, String name) {
        byte[] bytes = name.getBytes(UTF_8);
        return out.putShort((short) bytes.length).put(bytes);
    }

    private static ByteBuffer put(ByteBuffer out, Position position) {
        return out.putLong(position.epoch()).putLong(position.lsn());
    }

    /** An entry of runs of settled messages, which is written run by run. */
    static final class Runs implements LsnSet.Runs {
        private static final int HEAD = 1 + 1 + 8 + 8 + 2;
        private static final int MOST_A_RUN = 2 * 10;

        private final ByteBuffer out;
        private final int at;
        private long next;
        private int count;

        /** Begins one. */
        Runs(ByteBuffer out, Ledger.End end, long epoch) {
            this.out = out;
            at = out.position();
            out.put((byte) SETTLED)
                    .put((byte) code(end))
                    .putLong(epoch)
                    .putLong(0)
                    .putShort((short) 0);
        }

        /** Whether there is room for another run within {@link #MOST}. */
        boolean hasRoom() {
            return out.position() - at + MOST_A_RUN <= MOST;
        }

        @Override
        public void run(long from, long to) {
            if (count == 0) {
                out.putLong(at + HEAD - 10, from);
            } else {
                varint(out, from - next);
            }
            varint(out, to - from);
            next = to + 1;
            out.putShort(at + HEAD - 2, (short) ++count);
        }
    }

    private static int code(Ledger.End end) {
        return switch (end) {
            case DONE -> 0;
            case DEAD -> 1;
            case EXPIRED -> 2;
        };
    }

    private static Ledger.End end(int code) {
        return switch (code) {
            case 0 -> Ledger.End.DONE;
            case 1 -> Ledger.End.DEAD;
            default -> Ledger.End.EXPIRED;
        };
    }

    private static void varint(ByteBuffer out, long value) {
        long rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            out.put((byte) (rest | 0x80));
        }
        out.put((byte) rest);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    /** Reads all entries of a payload. What is read was found to be sound. */
    static void read(ByteBuffer in, Visitor visitor) {
        while (in.hasRemaining()) {
            switch (in.get()) {
                case CURSOR -> visitor.entry(new Ledger.Cursor(name(in), position(in)));
                case FORGOTTEN -> visitor.entry(new Ledger.Forgotten(name(in)));
                case SETTLED -> settled(in, visitor);
                case COUNTED -> visitor.entry(new Ledger.Counted(position(in), in.getInt(), in.getInt(), in.getLong()));
                case STARTED -> visitor.entry(new Ledger.Started(position(in)));
                case FAILED -> visitor.entry(new Ledger.Failed(position(in), FailureBytes.read(in)));
                default -> {
                    return; // of a later version: what follows cannot be told apart
                }
            }
        }
    }

    private static String name(ByteBuffer in) {
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }

    private static Position position(ByteBuffer in) {
        return new Position(in.getLong(), in.getLong());
    }

    private static void settled(ByteBuffer in, Visitor visitor) {
        Ledger.End end = end(in.get());
        long epoch = in.getLong();
        long from = in.getLong();
        int count = Short.toUnsignedInt(in.getShort());
        for (int i = 0; i < count; i++) {
            from += i == 0 ? 0 : varint(in);
            long to = from + varint(in);
            visitor.settled(end, epoch, from, to);
            from = to + 1;
        }
    }
}
