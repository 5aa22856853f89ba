package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Retention;
import io.parley.core.channel.Retention.Interest;
import io.parley.core.log.Log;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** What a durable topic's retention lets go of by now. Looked at once a second: there is no hurry. */
final class Retainer {
    private static final long PACE = Duration.ofSeconds(1).toNanos();

    private final Log log;
    private final Retention retention;
    private final long wallOffset;
    private long next = Long.MIN_VALUE;

    /**
     * Looks at a log.
     *
     * @param wallOffset wall time minus steady time, in milliseconds
     */
    Retainer(Log log, Retention retention, long wallOffset) {
        this.log = log;
        this.retention = retention;
        this.wallOffset = wallOffset;
    }

    /** When to look again. */
    long next() {
        return next;
    }

    /** Below which lsn messages may go; 0 for none, also when it is not yet time to look. */
    long wanted(Collection<TopicPlace> places, long now) {
        if (now < next) {
            return 0;
        }
        next = now + PACE;
        long first = log.firstLsn();
        long wanted = Math.max(tooOld(now), log.endLsn() - Math.min(retention.messages(), log.endLsn()));
        if (retention.interest() == Interest.UNTIL_READ && !places.isEmpty()) {
            long read = Long.MAX_VALUE;
            for (TopicPlace place : places) {
                read = Math.min(read, place.acked() + 1);
            }
            wanted = Math.max(wanted, read);
        }
        return wanted > first ? wanted : 0;
    }

    /** Whole files go, so it is enough to know of each when its last message was appended. */
    private long tooOld(long now) {
        long age = TimeUnit.MILLISECONDS.convert(retention.age());
        return log.olderThan(wallOffset + TimeUnit.NANOSECONDS.toMillis(now) - age);
    }
}
