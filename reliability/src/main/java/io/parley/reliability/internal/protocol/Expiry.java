package io.parley.reliability.internal.protocol;

import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * When the records of a log expire. Looks at each record once, soon after it was appended, so that channels without a time to
 * live pay next to nothing.
 *
 * <p>Records carry wall-clock times, and wall clocks jump. What counts is the time that passed: between a record's own two
 * times lies its time to live, and it begins when the record was seen here. So each stretch of the log remembers how far
 * the wall clock of its records was from the steady one; a jump begins a new stretch, and moves no deadline.
 */
final class Expiry {
    private static final long TOLERANCE_MILLIS = 250;
    private static final int MAX_STRETCHES = 1_000;
    private static final long NANOS = 1_000_000;

    /** Records from this lsn on: wall time minus steady time, in milliseconds. */
    private record Stretch(long fromLsn, long offset) {}

    private final Log log;
    private final LogCursor seen;
    private final Deque<Stretch> stretches = new ArrayDeque<>();
    private long lastExpiring;
    private Mortals mortals = (lsn, deadline) -> {};

    Expiry(Log log) {
        this.log = log;
        seen = new LogCursor(log, log.firstLsn());
    }

    /** Is told each record that has a time to live, when it is first seen. */
    interface Mortals {
        void seen(long lsn, long deadline);
    }

    void onMortal(Mortals consumer) {
        mortals = consumer;
    }

    /** Looks at new records. */
    void scan(long now) {
        long end = log.endLsn();
        if (!log.expiring()) {
            seen.seek(Math.max(seen.lsn(), end));
            return;
        }
        if (seen.overtaken()) {
            seen.seek(log.firstLsn());
        }
        while (seen.hasNext()) {
            ByteBuffer bytes = seen.segment().buffer();
            int at = seen.offset();
            if ((Record.flags(bytes, at) & Record.EXPIRY) != 0) {
                note(seen.lsn(), Record.time(bytes, at) - Math.floorDiv(now, NANOS));
                mortals.seen(seen.lsn(), deadline(seen.lsn(), bytes, at));
            }
            seen.next();
        }
    }

    private void note(long lsn, long offset) {
        lastExpiring = lsn;
        Stretch last = stretches.peekLast();
        if (last == null || Math.abs(last.offset - offset) > TOLERANCE_MILLIS) {
            forgetBelow(log.firstLsn());
            if (stretches.size() >= MAX_STRETCHES) {
                stretches.removeFirst();
            }
            stretches.addLast(new Stretch(lsn, offset));
        }
    }

    private void forgetBelow(long lsn) {
        while (stretches.size() > 1) {
            Stretch first = stretches.removeFirst();
            if (stretches.getFirst().fromLsn > lsn) {
                stretches.addFirst(first);
                return;
            }
        }
    }

    /** One more than the last lsn that was looked at. */
    long seenLsn() {
        return seen.lsn();
    }

    /** Whether no record from this lsn on, as far as they were seen, ever expires. */
    boolean noneFrom(long lsn) {
        return lsn > lastExpiring;
    }

    /** Whether this record's time is over. */
    boolean expired(long lsn, ByteBuffer bytes, int at, long now) {
        return deadline(lsn, bytes, at) <= now;
    }

    /** When this record's time is over; {@link Long#MAX_VALUE} for never. */
    long deadline(long lsn, ByteBuffer bytes, int at) {
        long expiry = Record.expiry(bytes, at);
        if (expiry == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long millis = expiry - offset(lsn);
        return millis > Long.MAX_VALUE / NANOS ? Long.MAX_VALUE : millis * NANOS;
    }

    private long offset(long lsn) {
        Iterator<Stretch> newestFirst = stretches.descendingIterator();
        long offset = 0;
        while (newestFirst.hasNext()) {
            Stretch stretch = newestFirst.next();
            offset = stretch.offset;
            if (stretch.fromLsn <= lsn) {
                break;
            }
        }
        return offset;
    }
}
