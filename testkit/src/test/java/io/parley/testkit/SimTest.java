package io.parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Companion;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimTest {
    private static final Topic<Integer> TICKS = Topic.of("ticks", Codec.int32());
    private static final WorkQueue<Integer> JOBS =
            WorkQueue.of("jobs", Codec.int32()).bestEffort();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static boolean linked(Node one) {
        return one.peers().stream().anyMatch(p -> p.state() == io.parley.core.Peer.State.UP);
    }

    @Test
    void shouldLinkTwoNodes() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            assertTrue(sim.runUntil(() -> linked(a) && linked(b), LIMIT), () -> "" + sim.events(a) + sim.events(b));
        }
    }

    @Test
    void shouldPublishToASubscriber() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<Integer> got = new ArrayList<>();
            b.subscribe(TICKS, m -> got.add(m.value()));
            Publisher<Integer> ticks = a.publisher(TICKS);
            ticks.awaitSubscribers(1, LIMIT);
            IntStream.range(0, 1000).forEach(ticks::send);
            assertTrue(sim.runUntil(() -> got.size() == 1000, LIMIT), () -> got.size() + " came");
            assertEquals(IntStream.range(0, 1000).boxed().toList(), got);
        }
    }

    @Test
    void shouldShareAQueueAmongWorkers() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            Node c = sim.node("c");
            List<Integer> got = new ArrayList<>();
            b.pull(JOBS, m -> got.add(m.value()));
            c.pull(JOBS, m -> got.add(m.value()));
            a.pusher(JOBS).awaitWorkers(2, LIMIT);
            IntStream.range(0, 1000).forEach(i -> a.pusher(JOBS).send(i));
            assertTrue(sim.runUntil(() -> got.size() == 1000, LIMIT), () -> got.size() + " came");
            assertEquals(
                    IntStream.range(0, 1000).boxed().toList(),
                    got.stream().sorted().toList());
        }
    }

    @Test
    void shouldLetAHandlerTakeItsTime() {
        try (Sim sim = Sim.seeded(4)) {
            Node a = sim.node("a");
            List<Long> done = new ArrayList<>();
            long began = sim.nanos();
            a.subscribe(TICKS, m -> {
                sim.run(Duration.ofSeconds(1));
                done.add(sim.nanos() - began);
            });
            a.publisher(TICKS).awaitSubscribers(1, LIMIT);
            a.publisher(TICKS).send(1);
            a.publisher(TICKS).send(2);
            sim.run(Duration.ofMillis(1_500));
            assertEquals(1, done.size());
            assertTrue(sim.runUntil(() -> done.size() == 2, LIMIT));
        }
    }

    @Test
    void shouldCloseWithinItsLinger() {
        try (Sim sim = Sim.seeded(5)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            a.publisher(TICKS);
            b.subscribe(TICKS, m -> {});
            sim.run(LIMIT);
            long began = sim.nanos();
            a.close();
            assertTrue(sim.nanos() - began < Duration.ofSeconds(3).toNanos());
            assertTrue(sim.runUntil(() -> !linked(b), LIMIT));
        }
    }

    /** Its threads would run beside simulated time. */
    @Test
    void shouldRefuseCompanions() {
        try (Sim sim = Sim.seeded(7)) {
            Node a = sim.node("a");
            ParleyException refused =
                    assertThrows(ParleyException.class, () -> a.companion(Companion.class, host -> left -> {}));
            assertEquals(ErrorCode.INVALID_ARGUMENT, refused.code());
            assertTrue(refused.getMessage().contains("in real time"), refused.getMessage());
        }
    }

    @Test
    void shouldComeBackAfterACrash() {
        try (Sim sim = Sim.seeded(6)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            sim.runUntil(() -> linked(a) && linked(b), LIMIT);
            sim.crash(b);
            assertTrue(sim.runUntil(() -> !linked(a), LIMIT));
            Node again = sim.restart(b);
            assertTrue(sim.runUntil(() -> linked(a) && linked(again), LIMIT));
        }
    }

    @Test
    void shouldGiveTheSameRunAgain() {
        long first = someRun(7);
        assertEquals(first, someRun(7));
    }

    @Test
    void shouldOpenAChannelOnceForManyThreadsAtATime() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                List<Publisher<Integer>> handles = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    sim.after(a, Duration.ofNanos(sim.chance().nextInt(50_000)), () -> handles.add(a.publisher(TICKS)));
                }
                handles.add(a.publisher(TICKS));
                assertTrue(sim.runUntil(() -> handles.size() == 6, LIMIT));
                assertEquals(1, handles.stream().distinct().count());
            }
        });
    }

    @Test
    void shouldThrowWhatEscapesFromANode() {
        try (Sim sim = Sim.seeded(8)) {
            Node a = sim.node("a");
            sim.after(a, Duration.ofMillis(1), () -> {
                throw new IllegalStateException("as it may be");
            });
            AssertionError error = assertThrows(AssertionError.class, () -> sim.run(LIMIT));
            assertTrue(error.getMessage().contains("as it may be"));
            sim.run(LIMIT);
        }
    }

    private static long someRun(long seed) {
        try (Sim sim = Sim.seeded(seed)) {
            Node a = sim.node("a");
            for (int i = 0; i < 5; i++) {
                sim.node("b" + i).subscribe(TICKS, m -> {});
            }
            a.publisher(TICKS).awaitSubscribers(5, LIMIT);
            for (int i = 0; i < 100; i++) {
                a.publisher(TICKS).send(i);
                sim.run(Duration.ofMillis(10));
            }
            a.close();
            return sim.network().fingerprint();
        }
    }
}
