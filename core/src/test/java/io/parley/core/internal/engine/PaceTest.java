package io.parley.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.core.internal.channel.Channel;
import io.parley.core.internal.channel.ChannelPort;
import io.parley.core.log.BlockPool;
import io.parley.core.log.RingLog;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Runtime;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PaceTest {
    private static final byte[] PAYLOAD = new byte[30 * 1024];
    private static final WorkQueue<byte[]> QUEUE =
            WorkQueue.of("jobs", Codec.bytes()).bestEffort().whenFull(Overflow.block(Duration.ofSeconds(1)));

    private final PassingTime clock = new PassingTime();
    private int waits;
    private boolean keepsUp;

    private Channel<byte[]> channel(ChannelSettings settings) {
        RingLog log = new RingLog(settings.capacity(), new BlockPool(0));
        return new Channel<>(settings, Codec.bytes(), log, new Unwoken(), 1);
    }

    private Pace pace(Channel<byte[]> channel) {
        return new Pace(channel, clock, (condition, nanos) -> {
            waits++;
            if (keepsUp) {
                channel.log().trim(Long.MAX_VALUE);
            }
            assertEquals(keepsUp, condition.getAsBoolean());
            return keepsUp;
        });
    }

    private static void append(Channel<byte[]> channel, Pace pace, long bytes) {
        for (long appended = 0; appended < bytes; appended += PAYLOAD.length) {
            assertTrue(channel.append(PAYLOAD, null) != Channel.FULL);
            pace.keep();
        }
    }

    @Test
    void shouldWaitForReadersThatKeepUpAsOftenAsTheyAreBehind() {
        Channel<byte[]> channel = channel(QUEUE.settings());
        channel.publish(1, 1, 1);
        keepsUp = true;

        append(channel, pace(channel), 8 * Pace.AHEAD);

        assertTrue(waits >= 6 && waits <= 9, waits + " waits");
        assertTrue(channel.log().usedBytes() <= Pace.AHEAD, channel.log().usedBytes() + " bytes");
    }

    @Test
    void shouldLetAppendersGoOnForLongerThanTheyWaitedInVain() {
        Channel<byte[]> channel = channel(QUEUE.settings());
        Pace pace = pace(channel);
        channel.publish(1, 1, 1);

        append(channel, pace, 4 * Pace.AHEAD);
        assertEquals(1, waits);

        clock.nanos += TimeUnit.MILLISECONDS.toNanos(39);
        append(channel, pace, Pace.AHEAD);
        assertEquals(1, waits);

        clock.nanos += TimeUnit.MILLISECONDS.toNanos(1);
        append(channel, pace, Pace.AHEAD);
        assertEquals(2, waits);
    }

    @Test
    void shouldWaitAgainAtOnceForAReaderThatMoves() {
        Channel<byte[]> channel = channel(QUEUE.settings());
        Pace pace = pace(channel);
        channel.publish(1, 1, 1);
        append(channel, pace, 4 * Pace.AHEAD);

        clock.nanos += TimeUnit.MILLISECONDS.toNanos(40);
        keepsUp = true;
        append(channel, pace, 4 * Pace.AHEAD);

        assertTrue(waits >= 4, waits + " waits");
        assertTrue(channel.log().usedBytes() <= Pace.AHEAD, channel.log().usedBytes() + " bytes");
    }

    @Test
    void shouldNotWaitWhereNobodyReads() {
        Channel<byte[]> channel = channel(QUEUE.settings());
        append(channel, pace(channel), 4 * Pace.AHEAD);
        assertEquals(0, waits);
    }

    @Test
    void shouldNotWaitWhereAppendersNeverDoOrTheLogKeepsWhatWasSent() {
        for (ChannelSettings settings : new ChannelSettings[] {
            QUEUE.whenFull(Overflow.fail()).settings(),
            WorkQueue.of("jobs", Codec.bytes()).settings(),
            Topic.of("news", Codec.bytes())
                    .whenFull(Overflow.block(Duration.ofSeconds(1)))
                    .settings()
        }) {
            Channel<byte[]> channel = channel(settings);
            channel.publish(1, 1, 1);
            append(channel, pace(channel), 2 * Pace.AHEAD);
        }
        assertEquals(0, waits);
    }

    private static final class PassingTime implements Clock {
        private long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long millis() {
            return 0;
        }
    }

    /** A loop that is not there. */
    private static final class Unwoken implements ChannelPort {
        private final Runtime runtime = new RealRuntime();

        @Override
        public void wake(Channel<?> channel) {}

        @Override
        public long time() {
            return 0;
        }

        @Override
        public long turnTime() {
            return 0;
        }

        @Override
        public Runtime runtime() {
            return runtime;
        }

        @Override
        public Executor handlers() {
            return Runnable::run;
        }
    }
}
