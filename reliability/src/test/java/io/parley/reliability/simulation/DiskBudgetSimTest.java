package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.MissedMessages;
import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Offer;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All journals of a directory have one budget. Once it is spent, each channel does what it says, and goes on by itself. */
@Timeout(120)
class DiskBudgetSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final long BUDGET = 2L << 20;
    private static final String FILLING = "x".repeat(2_000);
    private static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8())
            .durable()
            .capacity(16 << 20)
            .whenFull(Overflow.block(Duration.ofSeconds(5)));
    private static final Topic<String> NEWS =
            Topic.of("news", Codec.utf8()).durable().capacity(16 << 20);

    private static Node node(Sim sim, String name) {
        return sim.node(
                name, builder -> builder.delivery(Journal.over(sim.disk(name)).budget(BUDGET)));
    }

    private static ErrorCode fill(
            Sim sim, Node node, WorkQueue<String> queue, Map<String, CompletableFuture<Receipt>> to) {
        return assertThrows(ParleyException.class, () -> {
                    for (int i = 0; i < 5_000; i++) {
                        String job = i + FILLING;
                        to.put(job, node.pusher(queue).sendAsync(Outgoing.of(job), Stage.JOURNALED));
                        sim.run(Duration.ofMillis(i % 20 == 0 ? 1 : 0));
                    }
                })
                .code();
    }

    private static List<String> details(Sim sim, Node node, Happening what) {
        return sim.events(node).stream()
                .filter(e -> e.what() == what)
                .map(NodeEvent::detail)
                .toList();
    }

    @Test
    void shouldMakeSendersWaitAndGiveNoFalseReceiptOnceTheBudgetIsSpentP14() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
            assertEquals(ErrorCode.LOG_FULL, fill(sim, a, JOBS, receipts));
            assertTrue(details(sim, a, Happening.DISK_FULL).get(0).contains("budget"));
            Set<String> journaled = new TreeSet<>();
            receipts.forEach((job, receipt) -> {
                if (receipt.isDone() && !receipt.isCompletedExceptionally()) {
                    journaled.add(job);
                }
            });
            assertTrue(journaled.size() > 700, () -> journaled.size() + " in 2 MiB");
            assertTrue(journaled.size() < receipts.size(), "nothing waits: the test shows nothing");
            sim.cutPower(a);

            Node again = sim.restart(a);
            again.pusher(JOBS);
            Set<String> done = new TreeSet<>();
            node(sim, "b").pull(JOBS, m -> done.add(m.value()));
            assertTrue(sim.runUntil(() -> done.size() >= journaled.size(), LIMIT));
            assertTrue(done.containsAll(journaled));
        }
    }

    @Test
    void shouldGoOnByItselfOnceWorkersHaveMadeRoomP14() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = node(sim, "a");
            Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
            fill(sim, a, JOBS, receipts);
            Set<String> done = new TreeSet<>();
            node(sim, "b").pull(JOBS, m -> done.add(m.value()));

            assertTrue(sim.runUntil(() -> done.size() == receipts.size(), LIMIT), () -> done.size() + " done");
            receipts.values().forEach(CompletableFuture::join);
            assertEquals(1, details(sim, a, Happening.DISK_HAS_ROOM).size());
            for (int i = 0; i < 3_000; i++) {
                a.pusher(JOBS).send("more " + i + FILLING);
            }
            assertTrue(sim.runUntil(() -> done.size() == receipts.size() + 3_000, LIMIT), () -> done.size() + " done");
        }
    }

    @Test
    void shouldGoOnByItselfOnceAllThatFilledTheBudgetIsDeadP14() {
        WorkQueue<String> hopeless = JOBS.retry(new RetryPolicy(1, 5, Duration.ofMillis(100), Duration.ofMillis(100)));
        try (Sim sim = Sim.seeded(5)) {
            Node a = node(sim, "a");
            Set<String> dead = new TreeSet<>();
            a.pusher(hopeless).onDead(letter -> dead.add(letter.message().value()));
            Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
            fill(sim, a, hopeless, receipts);
            node(sim, "b").pull(hopeless, m -> {
                throw new IllegalStateException("no");
            });

            assertTrue(sim.runUntil(() -> dead.size() == receipts.size(), LIMIT), () -> dead.size() + " are dead");
            assertTrue(a.counters().get(Happening.DEAD_LETTERS_DROPPED) > 0, "they take all that others could have");
            int before = dead.size();
            for (int i = 0; i < 1_000; i++) {
                a.pusher(hopeless).send("more " + i + FILLING);
            }
            assertTrue(sim.runUntil(() -> dead.size() == before + 1_000, LIMIT), () -> dead.size() + " are dead");
            long kept = a.deadLetters(hopeless).count();
            assertTrue(kept > 100 && kept <= BUDGET / 4 / FILLING.length(), () -> kept + " are kept");
        }
    }

    @Test
    void shouldFailAtOnceWhereTheChannelSaysSo() {
        WorkQueue<String> failing = JOBS.whenFull(Overflow.fail());
        try (Sim sim = Sim.seeded(3)) {
            Node a = node(sim, "a");
            fill(sim, a, failing, new LinkedHashMap<>());
            long before = sim.nanos();

            ParleyException full =
                    assertThrows(ParleyException.class, () -> a.pusher(failing).send("one"));

            assertEquals(ErrorCode.LOG_FULL, full.code());
            assertEquals(before, sim.nanos(), "it waited");
            assertFalse(a.pusher(failing).offer("one") == Offer.ACCEPTED);
        }
    }

    @Test
    void shouldLetTopicsGiveUpTheirOldestForAQueueThatNeedsRoom() {
        try (Sim sim = Sim.seeded(4)) {
            Node a = node(sim, "a");
            for (int i = 0; i < 700; i++) {
                a.publisher(NEWS).send(i + FILLING);
            }
            for (int i = 0; i < 500; i++) {
                a.pusher(JOBS).send(i + FILLING);
                sim.run(Duration.ofMillis(10));
            }
            assertEquals(0, a.counters().get(Happening.DISK_FULL), "the queue had to wait");
            List<MissedMessages> missed = new ArrayList<>();
            List<String> got = new ArrayList<>();
            Node b = node(sim, "b");
            b.subscribe(NEWS.reader("billing").from(Start.EARLIEST).onMissed(missed::add), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.contains(699 + FILLING), LIMIT));
            assertTrue(got.size() > 100 && got.size() < 700, () -> got.size() + " left");
            assertTrue(missed.stream().allMatch(gap -> gap.reason() == GapReason.RETENTION));
        }
    }
}
