package io.parley.core.internal.engine;

import java.util.concurrent.TimeUnit;

/** Counts turns that failed: one is survived, many at once mean that the node cannot go on. */
final class Failures {
    private static final int MANY = 100;
    private static final long AT_ONCE = TimeUnit.SECONDS.toNanos(1);

    private long since;
    private int count;

    /** Counts one more; whether there were too many within a second. */
    boolean tooMany(long now) {
        if (now - since > AT_ONCE) {
            since = now;
            count = 0;
        }
        return ++count > MANY;
    }
}
