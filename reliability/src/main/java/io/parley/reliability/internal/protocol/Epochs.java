package io.parley.reliability.internal.protocol;

import io.parley.core.log.Log;
import io.parley.core.log.Segment;
import io.parley.core.wire.Position;

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
        Segment in = log.segment(Math.max(lsn, log.firstLsn()));
        return in == null ? current : of(in);
    }

    Position position(long lsn) {
        return lsn <= 0 ? Position.ZERO : new Position(at(lsn), lsn);
    }

    /** Whether this id is that of the message which now has this lsn. */
    boolean is(Position id) {
        Segment in = log.segment(id.lsn());
        return in != null && in.firstLsn() <= id.lsn() && of(in) == id.epoch();
    }

    /** The first message behind this id. */
    long after(Position id) {
        Segment segment = log.segment(log.firstLsn());
        boolean survives = segment != null && segment.epoch() != 0;
        if (!survives && id.epoch() != current) {
            return 1; // another run's, of which nothing is left: all that this one has is new
        }
        if (segment == null || Long.compareUnsigned(id.epoch(), of(segment)) < 0) {
            // nothing of that run is left: what is missing between was let go of
            return segment == null ? clamp(id) : Math.min(id.lsn() + 1, segment.firstLsn());
        }
        while (segment != null && Long.compareUnsigned(of(segment), id.epoch()) <= 0) {
            long last = segment.firstLsn() + Segment.count(segment.visible()) - 1;
            if (of(segment) == id.epoch() && last > id.lsn()) {
                return id.lsn() + 1;
            }
            segment = segment.next();
        }
        return segment == null || Segment.count(segment.visible()) == 0 ? clamp(id) : segment.firstLsn();
    }

    private long clamp(Position id) {
        return Math.max(1, Math.min(id.lsn() + 1, log.endLsn()));
    }
}
