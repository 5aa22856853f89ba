package io.parley.reliability.internal.protocol;

import io.parley.core.log.Log;
import io.parley.core.log.Segment;
import io.parley.core.wire.Position;
import org.jspecify.annotations.Nullable;

/**
 * Which run appended what. In a log that survives its run, an lsn alone says nothing: a power cut may have taken records back
 * whose lsns the next run gave to others. So what came from outside, or from before, is compared by epoch first.
 */
final class Epochs {
    private final Log log;
    private final long current;

    Epochs(Log log, long current) {
        this.log = log;
        this.current = current;
    }

    /** This run's. */
    long current() {
        return current;
    }

    long of(Segment segment) {
        long epoch = segment.epoch();
        return epoch == 0 ? current : epoch;
    }

    /** The epoch of the message with this lsn or, when it is not there, of the next that is: so it never sorts behind that. */
    long at(long lsn) {
        long epoch = log.epochAt(Math.max(lsn, log.firstLsn()));
        return epoch <= 0 ? current : epoch;
    }

    Position position(long lsn) {
        return lsn <= 0 ? Position.ZERO : new Position(at(lsn), lsn);
    }

    /** Whether this id is that of the message which now has this lsn, or had it before damage took it. */
    boolean is(Position id) {
        return id.lsn() >= log.firstLsn() && id.lsn() < log.endLsn() && at(id.lsn()) == id.epoch();
    }

    /** The first message behind this id. */
    long after(Position id) {
        long first = log.epochAt(log.firstLsn());
        if (first <= 0 && id.epoch() != current) {
            return 1; // another run's, of which nothing is left: all that this one has is new
        }
        if (first < 0) {
            return clamp(id);
        }
        if (Long.compareUnsigned(id.epoch(), first == 0 ? current : first) < 0) {
            return Math.min(id.lsn() + 1, log.firstLsn()); // what is missing between was let go of
        }
        if (is(id)) {
            return id.lsn() + 1;
        }
        Segment next = firstBehind(id);
        if (next == null || Segment.count(next.visible()) == 0) {
            return clamp(id);
        }
        return of(next) == id.epoch() ? id.lsn() + 1 : next.firstLsn();
    }

    /** The first segment with a message behind this id, found by halving: epochs never fall. */
    private @Nullable Segment firstBehind(Position id) {
        Segment found = null;
        long low = log.firstLsn();
        long high = log.endLsn();
        while (low < high) {
            long middle = (low + high) >>> 1;
            Segment segment = log.segment(middle);
            if (segment == null || isBehind(segment, id)) {
                found = segment == null ? found : segment;
                high = middle;
            } else {
                low = Math.max(middle, lastOf(segment)) + 1;
            }
        }
        return found;
    }

    private boolean isBehind(Segment segment, Position id) {
        int later = Long.compareUnsigned(of(segment), id.epoch());
        return later > 0 || later == 0 && lastOf(segment) > id.lsn();
    }

    private static long lastOf(Segment segment) {
        return segment.firstLsn() + Segment.count(segment.visible()) - 1;
    }

    private long clamp(Position id) {
        return Math.max(1, Math.min(id.lsn() + 1, log.endLsn()));
    }
}
