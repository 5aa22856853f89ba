package io.parley.core.internal.inbox;

import static io.parley.core.internal.inbox.InboxWorld.SENDER;
import static io.parley.core.internal.inbox.InboxWorld.frame;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Mode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns of one runner on two threads: the next may begin before the one before has quite ended. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class TurnsTest {
    private final CountDownLatch secondRuns = new CountDownLatch(1);
    private final CountDownLatch secondMayEnd = new CountDownLatch(1);
    private final CompletableFuture<Boolean> secondHere = new CompletableFuture<>();

    @Test
    void shouldBeBusyWhileTheNextTurnRunsThoughTheOneBeforeEndsLate() throws Exception {
        InboxWorld[] world = new InboxWorld[1];
        world[0] = new InboxWorld(Mode.RELIABLE, m -> {
            if (m.value().equals("a")) {
                return new Handover(world[0]);
            }
            secondRuns.countDown();
            secondMayEnd.await();
            secondHere.complete(world[0].runner.runsHere());
            return HandlerRuns.DONE;
        });
        world[0].inbox.open(SENDER).put(frame(1, 1, "a", "b"));
        world[0].run();

        assertFalse(world[0].inbox.idle(), "the second message is being handled");
        secondMayEnd.countDown();
        assertTrue(secondHere.get());
    }

    /** Completes while it is listened to, and returns only when another thread handles the next message. */
    private final class Handover extends CompletableFuture<Object> {
        private final InboxWorld world;

        Handover(InboxWorld world) {
            this.world = world;
        }

        @Override
        public CompletableFuture<Object> whenComplete(BiConsumer<? super Object, ? super Throwable> action) {
            complete("done");
            CompletableFuture<Object> next = super.whenComplete(action);
            new Thread(world::run, "second turn").start();
            try {
                secondRuns.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return next;
        }
    }
}
