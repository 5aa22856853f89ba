package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Clock;
import java.util.ArrayList;
import java.util.List;

/** Finds readers that hold up a crowded log and make no progress. */
final class Laggards {
    private static final long NOT_CROWDED = Long.MIN_VALUE;

    private final io.parley.core.channel.Laggards policy;
    private long crowdedSince = NOT_CROWDED;
    private long next = Long.MAX_VALUE;

    Laggards(io.parley.core.channel.Laggards policy) {
        this.policy = policy;
    }

    /** The log is not crowded. */
    void relax() {
        crowdedSince = NOT_CROWDED;
        next = Long.MAX_VALUE;
    }

    /** Those that need messages below this lsn and stood still for too long while the log was crowded. */
    List<TopicPlace> find(Iterable<TopicPlace> places, long wanted, long now) {
        List<TopicPlace> found = new ArrayList<>();
        if (policy.keep() == io.parley.core.channel.Laggards.Keep.ALWAYS) {
            return found;
        }
        if (crowdedSince == NOT_CROWDED) {
            crowdedSince = now;
        }
        next = Long.MAX_VALUE;
        for (TopicPlace place : places) {
            if (place.awaited() && place.neededLsn() < wanted) {
                long due = Math.max(place.lastProgress(), crowdedSince) + Clock.span(policy.maxLag());
                if (due <= now) {
                    found.add(place);
                } else {
                    next = Math.min(next, due);
                }
            }
        }
        return found;
    }

    /** When to look again at the latest. */
    long next() {
        return next;
    }
}
