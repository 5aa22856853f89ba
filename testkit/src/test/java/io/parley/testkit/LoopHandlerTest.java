package io.parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that run on the loop: the same messages in the same order, and no wait that would never end. */
@Timeout(60)
class LoopHandlerTest {
    private static final Topic<Integer> THERE = Topic.of("there", Codec.int32());
    private static final Topic<Integer> BACK = Topic.of("back", Codec.int32());
    private static final Topic<byte[]> SMALL = Topic.of("small", Codec.bytes())
            .whenFull(Overflow.block(Duration.ofSeconds(30)))
            .capacity(256 * 1024);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void shouldAnswerFromTheLoopInOrder() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<Integer> got = new ArrayList<>();
            b.subscribe(THERE.reader().onLoop(), m -> b.publisher(BACK).send(m.value()));
            a.subscribe(BACK.reader().onLoop(), m -> got.add(m.value()));
            Publisher<Integer> there = a.publisher(THERE);
            b.publisher(BACK).awaitSubscribers(1, LIMIT);
            there.awaitSubscribers(1, LIMIT);
            IntStream.range(0, 1000).forEach(there::send);
            assertTrue(sim.runUntil(() -> got.size() == 1000, LIMIT), () -> got.size() + " came");
            assertEquals(IntStream.range(0, 1000).boxed().toList(), got);
        }
    }

    @Test
    void shouldWorkOnAQueueFromTheLoop() {
        WorkQueue<Integer> jobs = WorkQueue.of("jobs", Codec.int32()).bestEffort();
        try (Sim sim = Sim.seeded(2)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<Integer> got = new ArrayList<>();
            b.pull(jobs.reader().onLoop(), m -> got.add(m.value()));
            a.pusher(jobs).awaitWorkers(1, LIMIT);
            IntStream.range(0, 1000).forEach(i -> a.pusher(jobs).send(i));
            assertTrue(sim.runUntil(() -> got.size() == 1000, LIMIT), () -> got.size() + " came");
            assertEquals(IntStream.range(0, 1000).boxed().toList(), got);
        }
    }

    @Test
    void shouldGoOnWhenAStageOfALoopHandlerCompletes() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<CompletableFuture<Void>> stages = new ArrayList<>();
            b.subscribeAsync(THERE.reader().onLoop(), m -> {
                CompletableFuture<Void> stage = new CompletableFuture<>();
                stages.add(stage);
                return stage;
            });
            a.publisher(THERE).awaitSubscribers(1, LIMIT);
            a.publisher(THERE).send(1);
            a.publisher(THERE).send(2);
            assertTrue(sim.runUntil(() -> stages.size() == 1, LIMIT));
            sim.run(Duration.ofSeconds(1));
            assertEquals(1, stages.size(), "the second message waits for the first one's stage");
            stages.get(0).complete(null);
            assertTrue(sim.runUntil(() -> stages.size() == 2, LIMIT));
        }
    }

    @Test
    void shouldSurviveAnErrorOfALoopHandler() {
        try (Sim sim = Sim.seeded(4)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            AtomicInteger came = new AtomicInteger();
            b.subscribe(THERE.reader().onLoop(), m -> {
                came.incrementAndGet();
                throw new StackOverflowError("as deep as it goes");
            });
            a.publisher(THERE).awaitSubscribers(1, LIMIT);
            a.publisher(THERE).send(1);
            a.publisher(THERE).send(2);
            assertTrue(sim.runUntil(() -> came.get() == 2, LIMIT), () -> came + " came");
        }
    }

    @Test
    void shouldNotWaitOnTheLoopForRoomThatOnlyTheLoopCanMake() {
        try (Sim sim = Sim.seeded(5)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            Publisher<byte[]> small = b.publisher(SMALL);
            List<ParleyException> refused = new ArrayList<>();
            List<Long> waited = new ArrayList<>();
            b.subscribe(THERE.reader().onLoop(), m -> {
                long began = sim.nanos();
                refused.add(assertThrows(ParleyException.class, () -> {
                    while (true) {
                        small.send(new byte[1024]);
                    }
                }));
                waited.add(sim.nanos() - began);
            });
            a.publisher(THERE).awaitSubscribers(1, LIMIT);
            a.publisher(THERE).send(1);
            assertTrue(sim.runUntil(() -> !refused.isEmpty(), LIMIT));
            assertEquals(ErrorCode.LOG_FULL, refused.get(0).code());
            assertTrue(
                    String.valueOf(refused.get(0).getMessage()).contains("a handler on the loop cannot wait"),
                    () -> "" + refused.get(0));
            assertEquals(List.of(0L), waited);
        }
    }
}
