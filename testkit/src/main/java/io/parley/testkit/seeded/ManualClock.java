package io.parley.testkit.seeded;

import io.parley.core.spi.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that stands still until it is told to move. Both of its times can be moved apart: {@link #nanos} only goes
 * forward, {@link #millis} may be made to jump, as a corrected wall clock does. Any thread; nothing here waits.
 */
public final class ManualClock implements Clock {

    /** A clock at its origin. */
    public ManualClock() {}

    /** Where the wall clock of every manual clock begins, so that one seed always gives the same bytes. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong wallOffset = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long millis() {
        return START.toEpochMilli() + nanos.get() / 1_000_000 + wallOffset.get();
    }

    /**
     * Moves both times forward.
     *
     * @throws IllegalArgumentException when the time is negative
     */
    public void advance(Duration time) {
        advanceNanos(time.toNanos());
    }

    /**
     * Moves both times forward by nanoseconds.
     *
     * @throws IllegalArgumentException when the time is negative
     */
    public void advanceNanos(long time) {
        if (time < 0) {
            throw new IllegalArgumentException(
                    "advance by " + time + " ns, expected >= 0; use jumpWallClock to go back");
        }
        nanos.addAndGet(time);
    }

    /** Moves both times forward to this value of {@link #nanos}; does nothing when it has passed. */
    public void advanceTo(long time) {
        nanos.accumulateAndGet(time, Math::max);
    }

    /** Makes the wall clock jump, forward or back; {@link #nanos} does not notice. */
    public void jumpWallClock(Duration by) {
        wallOffset.addAndGet(by.toMillis());
    }
}
