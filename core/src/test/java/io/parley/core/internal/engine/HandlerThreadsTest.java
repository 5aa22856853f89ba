package io.parley.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.spi.Runtime.Handlers;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class HandlerThreadsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final HandlerThreads threads = new HandlerThreads(new Handlers() {
        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public int running() {
            return 0;
        }

        @Override
        public boolean close(long nanos) {
            return true;
        }
    });

    private void give(int tasks) {
        for (int i = 0; i < tasks; i++) {
            threads.execute(() -> {});
        }
    }

    @Test
    void shouldSayNothingWhileWorkBegins() {
        for (int second = 0; second < 20; second++) {
            give(3);
            assertEquals(0, threads.exhausted(second * SECOND));
            for (int i = 0; i < 3; i++) {
                waiting.remove().run();
            }
        }
    }

    @Test
    void shouldSayHowMuchWaitsWhenWhatWasThereASecondAgoHasNotBegun() {
        give(2);
        assertEquals(0, threads.exhausted(0));
        give(3);
        assertEquals(0, threads.exhausted(SECOND - 1));
        assertEquals(5, threads.exhausted(SECOND));
    }

    @Test
    void shouldCountWhatWaitedThoughOtherWorkBegan() {
        give(10);
        assertEquals(0, threads.exhausted(0));
        waiting.remove().run();
        assertEquals(9, threads.exhausted(SECOND), "some began, but not all that waited a second ago");
    }

    @Test
    void shouldNotRepeatItselfForTenSeconds() {
        give(1);
        threads.exhausted(0);
        assertEquals(1, threads.exhausted(SECOND));
        assertEquals(0, threads.exhausted(2 * SECOND));
        assertEquals(0, threads.exhausted(11 * SECOND - 1));
        assertEquals(1, threads.exhausted(11 * SECOND));
    }

    @Test
    void shouldNotCountTheTimeThatOurOwnLoopWasAway() {
        give(1);
        threads.exhausted(0);
        threads.shift(5 * SECOND);
        assertEquals(0, threads.exhausted(5 * SECOND));
        assertEquals(1, threads.exhausted(6 * SECOND));
    }
}
