package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.internal.channel.Channel;
import io.parley.core.spi.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Holds back appenders that are faster than readers who keep up. What is read soon after it was written is still in a core's
 * cache; a log that is kept full leaves nothing there, for anybody. Only where appenders wait anyway, and never for long: who
 * waited in vain goes on for ten times as long, so that a burst to readers that stand still costs a tenth more.
 *
 * <p>Only for logs that hold nothing but what is still to be sent. Any thread.
 */
final class Pace {
    /** How far ahead appenders get, in bytes of the log. */
    static final long AHEAD = 1024 * 1024;

    /** How much readers have to take before appenders go on: so much that they do not wait at each frame. */
    static final long STEP = AHEAD / 4;

    /** Longer than a turn of the scheduler. */
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(4);

    private static final long PAUSE = 10 * MOMENT;

    private final Channel<?> channel;
    private final Clock clock;
    private final Waiting waiting;
    private final long ahead;
    private volatile boolean inVain;
    private volatile long again;

    /** How to wait for a condition that changes with the channel. */
    @FunctionalInterface
    interface Waiting {
        /** Returns whether it holds. */
        boolean await(BooleanSupplier condition, long nanos) throws InterruptedException;
    }

    Pace(Channel<?> channel, Clock clock, Waiting waiting) {
        this.channel = channel;
        this.clock = clock;
        this.waiting = waiting;
        ahead = isKept(channel.settings()) ? AHEAD : Long.MAX_VALUE;
    }

    private static boolean isKept(ChannelSettings settings) {
        return settings.mode() == Mode.BEST_EFFORT
                && settings.id().kind() == Kind.QUEUE
                && settings.overflow().action() == Overflow.Action.BLOCK
                && settings.capacity() >= 2 * AHEAD;
    }

    /** A message was appended. */
    void keep() {
        long used = channel.log().usedBytes();
        if (used > ahead && channel.readers() > 0 && !(inVain && clock.nanos() - again < 0)) {
            awaitReaders(used - STEP);
        }
    }

    private void awaitReaders(long most) {
        try {
            inVain = !waiting.await(() -> channel.closed() || channel.log().usedBytes() <= most, MOMENT);
            if (inVain) {
                again = clock.nanos() + PAUSE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what was sent is in the log: the next wait for room tells
        }
    }
}
