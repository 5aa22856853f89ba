package io.parley.core.internal.peer;

import io.parley.core.spi.Entropy;
import java.util.concurrent.TimeUnit;

/**
 * When sources of discovery are asked again: after 2, 5, 15 and 30 s, then every 60 s, 20 % of chance either way. The loss of
 * a peer begins the row afresh, since what it takes to find it again may take the sources too.
 */
public final class RefreshPlan {
    private static final long[] ROW = {2, 5, 15, 30};
    private static final long STEADY = TimeUnit.SECONDS.toNanos(60);
    private static final double SPREAD = 0.2;

    private final Entropy entropy;
    private long origin;
    private int place;
    private long next;

    /** A plan that begins now. */
    public RefreshPlan(Entropy entropy, long now) {
        this.entropy = entropy;
        restart(now);
    }

    /** A peer was lost. */
    public void restart(long now) {
        origin = now;
        place = 0;
        next = now + TimeUnit.SECONDS.toNanos(ROW[0]);
    }

    /** Whether it is time to ask. */
    public boolean due(long now) {
        if (now < next) {
            return false;
        }
        place++;
        long planned = place < ROW.length ? origin + TimeUnit.SECONDS.toNanos(ROW[place]) : 0;
        next = planned > now ? planned : now + (long) (STEADY * entropy.jitter(SPREAD));
        return true;
    }

    /** When it is time at the latest. */
    public long deadline() {
        return next;
    }
}
