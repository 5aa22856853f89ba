package io.parley.reliability.internal.durable;

import io.parley.core.channel.Death;
import io.parley.core.channel.Death.Reason;
import io.parley.core.log.Log;
import io.parley.core.log.Record;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.durable.DeadLetterNote.Buried;
import io.parley.reliability.internal.durable.DeadLetterNote.Removed;
import io.parley.reliability.internal.durable.DeadLetterNote.Why;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a note in a log of dead letters: a record whose expiry is 0, which no message has, and no other option. Little
 * endian; a str is u16 and UTF-8, times are milliseconds since 1970. Source: Parley's own, docs/journal.md.
 *
 * <pre>
 *   1 BURIED   epoch u64, lsn u64, at i64, reason u8, attempts u32, deaths u32, cause str, n u8, n x failure
 *   2 REMOVED  epoch u64, lsn u64, why u8
 * </pre>
 */
final class NoteBytes {
    private static final int BURIED = 1;
    private static final int REMOVED = 2;
    private static final int MOST_CAUSE = 1_000;
    private static final int MOST_FAILURE = 400;
    private static final int MOST = 12 * 1024;

    /** Codes are places in these lists: new ones go to their ends. */
    private static final List<Reason> REASONS =
            List.of(Reason.ATTEMPTS, Reason.DEATHS, Reason.REJECTED, Reason.EXPIRED);

    private static final List<Why> WHYS = List.of(Why.DISCARDED, Why.REDRIVEN, Why.TOO_OLD, Why.NO_ROOM);

    private NoteBytes() {}

    /** Whether the record that begins here is a note, and no message. */
    static boolean isNote(ByteBuffer records, int at) {
        return Record.expiry(records, at) == 0;
    }

    /** Appends a note. Returns its length; 0 when the log has no room. */
    static int append(Log log, DeadLetterNote note) {
        ByteBuffer payload = written(note);
        int length = Record.FIXED + Long.BYTES + payload.remaining();
        ByteBuffer out = log.claim(length);
        if (out == null) {
            return 0;
        }
        int at = out.position();
        Record.writeShape(out, at, length, Record.EXPIRY | Long.BYTES << 16);
        Record.writePlace(out, at, log.nextLsn(), 0);
        out.position(at + Record.FIXED).putLong(0).put(payload);
        log.commit(length);
        return length;
    }

    private static ByteBuffer written(DeadLetterNote note) {
        ByteBuffer b = ByteBuffer.allocate(MOST).order(ByteOrder.LITTLE_ENDIAN);
        if (note instanceof Buried buried) {
            write(id(b.put((byte) BURIED), buried.id()), buried.death());
        } else if (note instanceof Removed removed) {
            id(b.put((byte) REMOVED), removed.id()).put((byte) WHYS.indexOf(removed.why()));
        }
        return b.flip();
    }

    private static ByteBuffer id(ByteBuffer b, Position id) {
        return b.putLong(id.epoch()).putLong(id.lsn());
    }

    private static void write(ByteBuffer b, Death death) {
        b.putLong(death.at().toEpochMilli())
                .put((byte) REASONS.indexOf(death.reason()))
                .putInt(death.attempts())
                .putInt(death.deaths());
        FailureBytes.text(b, death.cause(), MOST_CAUSE);
        List<Death.Failure> all = death.failures();
        List<Death.Failure> last = all.subList(Math.max(0, all.size() - Death.MAX_FAILURES), all.size());
        b.put((byte) last.size());
        last.forEach(failure -> FailureBytes.write(b, failure, MOST_FAILURE));
    }

    /** Reads the note that begins here; null when a later version wrote it. */
    static @Nullable DeadLetterNote read(ByteBuffer records, int at) {
        ByteBuffer b = Record.view(records);
        b.limit(at + Record.length(b, at)).position(Record.payload(b, at));
        int code = b.get();
        if (code != BURIED && code != REMOVED) {
            return null;
        }
        Position id = new Position(b.getLong(), b.getLong());
        return code == BURIED ? new Buried(id, death(b)) : new Removed(id, WHYS.get(b.get()));
    }

    private static Death death(ByteBuffer b) {
        Instant at = Instant.ofEpochMilli(b.getLong());
        Reason reason = REASONS.get(b.get());
        int attempts = b.getInt();
        int deaths = b.getInt();
        String cause = FailureBytes.text(b);
        List<Death.Failure> failures = new ArrayList<>();
        for (int n = b.get(); n > 0; n--) {
            failures.add(FailureBytes.read(b));
        }
        return new Death(reason, at, attempts, deaths, cause, failures);
    }
}
