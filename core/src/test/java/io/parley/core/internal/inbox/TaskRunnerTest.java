package io.parley.core.internal.inbox;

import static io.parley.core.internal.inbox.InboxWorld.SENDER;
import static io.parley.core.internal.inbox.InboxWorld.frame;
import static io.parley.core.internal.inbox.InboxWorld.gap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Handler;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Mode;
import io.parley.core.identity.Run;
import io.parley.core.internal.inbox.InboxWorld.Frame;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.wire.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class TaskRunnerTest {
    private static final long MILLI = 1_000_000;

    @Test
    void shouldHandleMessagesAndGapsInTheirOrder() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        SessionLine line = world.inbox.open(SENDER);
        Frame first = frame(1, 1, "a", "b");
        Frame second = frame(4, 6, "c");
        line.put(first);
        line.put(gap(3, 3, 5));
        line.put(second);
        assertEquals(3, world.inbox.waiting());
        world.run();

        assertEquals(List.of("a", "b", "gap 3", "c"), world.seen);
        assertEquals(4, line.handled());
        assertEquals(new Position(7, 6), world.inbox.lastHandled(SENDER));
        assertEquals(3 * 25, line.handledBytes());
        assertEquals(0, first.holders);
        assertEquals(0, second.holders);
        assertTrue(world.inbox.idle());
        assertEquals(3, world.runner.counters().receivedCount());
        assertEquals(3, world.runner.counters().missedCount());
        assertEquals("sender", world.missed.get(0).from().name());
    }

    @Test
    void shouldStopAtAMessageThatFailsInEveryAttempt() {
        InboxWorld world = new InboxWorld(Mode.RELIABLE, Exhausted.STOP, m -> {
            if (m.value().equals("b")) {
                throw new IllegalStateException("no");
            }
            return CompletableFuture.completedFuture(null);
        });
        List<String> stops = new ArrayList<>();
        world.runner.onStop(() -> stops.add("stopped"));
        SessionLine line = world.inbox.open(SENDER);
        Frame frame = frame(1, 1, "a", "b", "c");
        line.put(frame);
        world.run();
        assertEquals(1, line.handled());
        assertEquals(1, world.progressTold, "what was handled waits for what fails");
        world.strike();
        world.strike();

        assertEquals(List.of("a", "b", "b again", "b again"), world.seen);
        assertEquals(List.of("stopped"), stops);
        assertEquals(1, line.handled(), "the message that failed counts as handled");
        assertTrue(world.happened.contains(Happening.SUBSCRIPTION_STOPPED));
        assertTrue(world.parked.isEmpty());
        assertTrue(world.runner.closed());
        assertEquals(0, frame.holders);
    }

    @Test
    void shouldSkipWhatWasHandledBeforeItsSessionBroke() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        world.inbox.open(SENDER).put(frame(1, 1, "a", "b"));
        world.run();
        SessionLine again = world.inbox.open(SENDER);
        again.put(frame(1, 2, "b", "c"));
        world.run();

        assertEquals(List.of("a", "b", "c"), world.seen);
        assertEquals(2, again.handled(), "what is skipped counts for its session all the same");
        assertEquals(3, world.runner.counters().receivedCount());
    }

    @Test
    void shouldSkipAllThatComesAgainHoweverMuch() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        world.inbox.open(SENDER).put(frame(1, 1, "a", "b", "c", "d"));
        world.run();
        SessionLine again = world.inbox.open(SENDER);
        again.put(frame(1, 1, "a", "b"));
        world.run();
        assertEquals(new Position(7, 4), world.inbox.lastHandled(SENDER), "its place never moves back");
        again.put(frame(3, 3, "c", "d", "e"));
        world.run();

        assertEquals(List.of("a", "b", "c", "d", "e"), world.seen);
        assertEquals(5, again.handled());
    }

    /** A power cut took the tail back, and the next run gave its lsns to other messages. P7. */
    @Test
    void shouldHandleWhatAnotherEpochGaveTheSameLsns() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        world.inbox.open(SENDER).put(frame(1, 900, "a", "b", "c"));
        world.run();
        PeerRun next = new PeerRun(SENDER.id(), new Run(8, 71));
        assertEquals(new Position(7, 902), world.inbox.lastHandled(next));
        SessionLine line = world.inbox.open(next);
        line.put(frame(new Position(7, 899), 1, "before", "a"));
        line.put(frame(new Position(8, 901), 3, "other b", "other c"));
        world.run();

        assertEquals(List.of("a", "b", "c", "other b", "other c"), world.seen);
        assertEquals(new Position(8, 902), world.inbox.lastHandled(next));
    }

    @Test
    void shouldKnowNothingOfWhatAnotherRunSent() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        PeerRun volatileRun = new PeerRun(SENDER.id(), new Run(0, 1));
        world.inbox.open(volatileRun).put(frame(1, 1, "a"));
        world.run();

        assertEquals(new Position(7, 1), world.inbox.lastHandled(volatileRun));
        assertEquals(Position.ZERO, world.inbox.lastHandled(new PeerRun(SENDER.id(), new Run(0, 2))));
        world.inbox.forget(SENDER);
        assertEquals(Position.ZERO, world.inbox.lastHandled(SENDER));
    }

    @Test
    void shouldRetryInPlaceAndPark() {
        InboxWorld world = world(Mode.RELIABLE, m -> {
            if (m.value().equals("bad")) {
                throw new IllegalStateException("no");
            }
        });
        SessionLine line = world.inbox.open(SENDER);
        line.put(frame(1, 1, "a", "bad", "c"));
        world.run();
        assertEquals(List.of("a", "bad"), world.seen);
        assertEquals(1, line.handled(), "nothing overtakes a message that is retried");
        world.strike();
        world.strike();

        assertEquals(List.of("a", "bad", "bad again", "bad again", "parked bad", "c"), world.seen);
        assertEquals(3, line.handled());
        assertEquals(3, world.parked.get(0).attempts());
        assertEquals("java.lang.IllegalStateException: no", world.parked.get(0).cause());
        assertEquals(3, world.runner.counters().failedCount());
        assertTrue(world.pauses.get(0) >= 80 * MILLI && world.pauses.get(0) <= 120 * MILLI, "" + world.pauses);
        assertTrue(world.pauses.get(1) >= 120 * MILLI && world.pauses.get(1) <= 180 * MILLI, "" + world.pauses);
    }

    @Test
    void shouldPassOnABestEffortMessageThatFailed() {
        InboxWorld world = world(Mode.BEST_EFFORT, m -> {
            throw new AssertionError("no");
        });
        world.inbox.open(SENDER).put(frame(1, 1, "a", "b"));
        world.run();

        assertEquals(List.of("a", "b"), world.seen);
        assertEquals(List.of(Happening.HANDLER_FAILED, Happening.HANDLER_FAILED), world.happened);
        assertEquals(List.of(), world.parked);
    }

    @Test
    void shouldPassOnAMessageThatCannotBeDecoded() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        Frame frame = frame(1, 1, "a", "X", "c");
        int second = 64 + 25;
        frame.buffer().put(second + 24, (byte) 0xFF);
        SessionLine line = world.inbox.open(SENDER);
        line.put(frame);
        world.run();

        assertEquals(3, line.handled());
        assertEquals("c", world.seen.get(world.seen.size() - 1));
        assertEquals(0, frame.holders);
    }

    @Test
    void shouldWaitForAStageWithoutAThread() {
        List<CompletableFuture<String>> stages = new ArrayList<>();
        InboxWorld world = new InboxWorld(Mode.RELIABLE, m -> {
            stages.add(new CompletableFuture<>());
            return stages.get(stages.size() - 1);
        });
        SessionLine line = world.inbox.open(SENDER);
        line.put(frame(1, 1, "a", "b"));
        world.run();
        assertEquals(List.of("a"), world.seen);
        assertEquals(0, line.handled());
        line.put(frame(3, 3, "c"));
        world.run();
        assertEquals(List.of("a"), world.seen, "what comes meanwhile does not overtake");
        stages.get(0).complete("done");
        world.run();
        stages.get(1).completeExceptionally(new IllegalStateException("no"));
        world.run();
        assertEquals(1, line.handled());
        world.strike();
        stages.get(2).complete("done");
        world.run();
        stages.get(3).complete("done");
        world.run();

        assertEquals(List.of("a", "b", "b again", "c"), world.seen);
        assertEquals(3, line.handled());
    }

    @Test
    void shouldGoOnAfterAStageThatIsCompleteAlready() {
        InboxWorld world = new InboxWorld(Mode.RELIABLE, m -> CompletableFuture.completedFuture(1));
        SessionLine line = world.inbox.open(SENDER);
        line.put(frame(1, 1, "a", "b", "c"));
        world.run();

        assertEquals(List.of("a", "b", "c"), world.seen);
        assertEquals(3, line.handled());
        assertTrue(world.inbox.idle());
    }

    @Test
    void shouldLetGoOfWhatAnEndedSessionBrought() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        SessionLine ended = world.inbox.open(SENDER);
        Frame lost = frame(1, 1, "a", "b");
        ended.put(lost);
        ended.end();
        world.inbox.open(SENDER).put(frame(1, 1, "a"));
        world.run();

        assertEquals(List.of("a"), world.seen);
        assertEquals(0, lost.holders);
        assertEquals(0, world.inbox.waiting());
    }

    @Test
    void shouldTellProgressWhenEmptyAndOnceUntilItWasSeen() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        SessionLine line = world.inbox.open(SENDER);
        line.put(frame(1, 1, "a"));
        world.run();
        line.put(frame(2, 2, "b"));
        world.run();
        assertEquals(1, world.progressTold);
        world.inbox.progressSeen();
        line.put(frame(3, 3, "c"));
        world.run();
        assertEquals(2, world.progressTold);
    }

    @Test
    void shouldHandleNothingAfterItWasClosed() {
        InboxWorld world = world(Mode.RELIABLE, m -> {});
        Frame waiting = frame(1, 1, "a");
        world.inbox.open(SENDER).put(waiting);
        world.runner.close();
        assertFalse(world.runner.closed());
        world.run();
        assertTrue(world.runner.closed());
        assertEquals(List.of(), world.seen);
        assertEquals(0, waiting.holders);
    }

    @Test
    void shouldWaitForTheStageOfAHandlerWhenItCloses() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        InboxWorld world = new InboxWorld(Mode.RELIABLE, m -> stage);
        Frame held = frame(1, 1, "a", "b");
        SessionLine line = world.inbox.open(SENDER);
        line.put(held);
        world.run();
        assertFalse(world.inbox.idle(), "the handler is not done");
        world.runner.close();
        world.run();
        assertFalse(world.runner.closed());
        assertFalse(world.inbox.idle());
        stage.complete("done");
        world.run();

        assertTrue(world.runner.closed());
        assertTrue(world.inbox.idle());
        assertEquals(1, line.handled(), "what was done counts");
        assertEquals(List.of("a"), world.seen);
        assertEquals(0, held.holders);
    }

    @Test
    void shouldBeIdleOnceTheStageOfItsLastMessageCompleted() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        InboxWorld world = new InboxWorld(Mode.RELIABLE, m -> stage);
        world.inbox.open(SENDER).put(frame(1, 1, "a"));
        world.run();
        assertFalse(world.inbox.idle(), "the handler is not done");
        stage.complete("done");
        world.run();
        assertTrue(world.inbox.idle());
    }

    @Test
    void shouldGiveUpAStageThatTakesTooLongWhenItCloses() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        InboxWorld world = new InboxWorld(Mode.RELIABLE, m -> stage);
        Frame held = frame(1, 1, "a", "b");
        world.inbox.open(SENDER).put(held);
        world.run();
        world.runner.close();
        world.runner.interrupt();
        world.run();
        assertTrue(world.runner.closed());
        assertTrue(world.inbox.idle());
        assertEquals(0, held.holders);
        stage.completeExceptionally(new IllegalStateException("late"));
        world.run();

        assertTrue(world.runner.closed(), "a stage that ends late changes nothing");
        assertTrue(world.inbox.idle());
        assertEquals(List.of("a"), world.seen);
    }

    @Test
    void shouldGiveUpAStageThatBeginsWhenNobodyWaitsAnyMore() {
        InboxWorld[] world = new InboxWorld[1];
        world[0] = new InboxWorld(Mode.RELIABLE, m -> {
            world[0].runner.close();
            world[0].runner.interrupt();
            return new CompletableFuture<>();
        });
        world[0].inbox.open(SENDER).put(frame(1, 1, "a"));
        world[0].run();
        assertTrue(world[0].runner.closed());
        assertTrue(world[0].inbox.idle());
    }

    @Test
    void shouldCloseWithoutWaitingForARetry() {
        InboxWorld[] world = new InboxWorld[1];
        world[0] = world(Mode.RELIABLE, m -> {
            world[0].runner.close();
            throw new IllegalStateException("no");
        });
        world[0].inbox.open(SENDER).put(frame(1, 1, "a"));
        world[0].run();
        assertTrue(world[0].runner.closed(), "without waiting for the pause");
    }

    @Test
    void shouldKnowItsOwnThreadAndKeepAnInterruptFromTheNextHandler() {
        List<Boolean> here = new ArrayList<>();
        InboxWorld[] world = new InboxWorld[1];
        world[0] = world(Mode.RELIABLE, m -> {
            here.add(world[0].runner.runsHere());
            world[0].runner.interrupt();
        });
        world[0].inbox.open(SENDER).put(frame(1, 1, "a"));
        world[0].run();

        assertEquals(List.of(true), here);
        assertFalse(world[0].runner.runsHere());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    private static InboxWorld world(Mode mode, Handler<String> handler) {
        return new InboxWorld(mode, HandlerRuns.of(handler));
    }
}
