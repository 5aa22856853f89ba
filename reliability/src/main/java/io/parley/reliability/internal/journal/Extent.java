package io.parley.reliability.internal.journal;

import io.parley.core.log.Record;
import java.nio.ByteBuffer;

/**
 * What records a file holds, in sum: all that is known of a file that nobody reads.
 *
 * @param firstEpoch the run of the node that appended the first
 * @param lastEpoch the run of the node that appended the last
 * @param firstLsn the first
 * @param endLsn one more than the last
 * @param count how many there are
 * @param earliest the lowest time of any of them
 * @param latest the highest time of any of them
 * @param expiring whether any of them expires
 */
record Extent(
        long firstEpoch,
        long lastEpoch,
        long firstLsn,
        long endLsn,
        int count,
        long earliest,
        long latest,
        boolean expiring) {
    /** Of a file without records. */
    static final Extent NONE = new Extent(0, 0, 0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE, false);

    /** Of the records of one run. */
    static Extent of(ByteBuffer b, Run run) {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        int flags = 0;
        for (int at = run.at(); at < run.end(); at += Record.length(b, at)) {
            long time = Record.time(b, at);
            earliest = Math.min(earliest, time);
            latest = Math.max(latest, time);
            flags |= Record.flags(b, at);
        }
        boolean expiring = (flags & Record.EXPIRY) != 0;
        return new Extent(
                run.epoch(), run.epoch(), run.firstLsn(), run.endLsn(), run.count(), earliest, latest, expiring);
    }

    static Extent of(ByteBuffer b, Runs runs) {
        Extent all = NONE;
        for (int i = 0; i < runs.size(); i++) {
            all = all.plus(of(b, runs.get(i)));
        }
        return all;
    }

    /** With what follows. */
    Extent plus(Extent next) {
        if (isEmpty() || next.isEmpty()) {
            return isEmpty() ? next : this;
        }
        return new Extent(
                firstEpoch,
                next.lastEpoch,
                firstLsn,
                next.endLsn,
                count + next.count,
                Math.min(earliest, next.earliest),
                Math.max(latest, next.latest),
                expiring || next.expiring);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether there is a record for each lsn. */
    boolean isDense() {
        return count == endLsn - firstLsn;
    }
}
