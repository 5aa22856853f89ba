package io.parley.core.internal.engine;

import io.parley.core.spi.Clock;
import java.util.concurrent.TimeUnit;

/**
 * A clock whose milliseconds never jump: the wall clock as it stood when the node was opened, carried on by the steady one. So
 * a jump of the wall clock makes nothing expire that should live, and nothing live that should expire.
 */
final class SteadyClock implements Clock {
    private final Clock clock;
    private final long originNanos;
    private final long originMillis;

    SteadyClock(Clock clock) {
        this.clock = clock;
        originNanos = clock.nanos();
        originMillis = clock.millis();
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public long millis() {
        return originMillis + TimeUnit.NANOSECONDS.toMillis(clock.nanos() - originNanos);
    }
}
