package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Handler;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.Transaction;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Storage;
import io.parley.reliability.Journal;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.log.Crash;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reader of a DURABLE topic keeps of its own: what it executed, and what it sent with that. */
@Timeout(300)
class InboxSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(1 << 20);
    private static final Topic<String> INVOICES =
            Topic.of("invoices", Codec.utf8()).durable().capacity(1 << 20);
    private static final WorkQueue<String> PARCELS =
            WorkQueue.of("parcels", Codec.utf8()).durable().capacity(1 << 20);

    private static Node node(Sim sim, String name) {
        return sim.node(name, builder -> builder.delivery(Journal.over(sim.disk(name))));
    }

    @Test
    void shouldNotRunAgainWhatItExecutedBeforeItDiedP23() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            List<Message<String>> got = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing"), m -> {
                sim.partition(a, b); // word of it does not get through
                got.add(m);
            });
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            a.publisher(ORDERS).send("one");
            assertTrue(sim.runUntil(() -> got.size() == 1, LIMIT));
            sim.run(Duration.ofSeconds(1));
            sim.cutPower(b);
            sim.heal();
            Node again = sim.restart(b);
            again.subscribe(ORDERS.reader("billing"), got::add);
            String guarantee = again.explain("orders").get(0).guarantee();
            assertTrue(guarantee.endsWith("does not run again, in later runs either"), guarantee);
            a.publisher(ORDERS).send("two");
            assertTrue(sim.runUntil(() -> got.size() > 1, LIMIT));
            sim.run(Duration.ofSeconds(5));
            assertEquals(List.of("one", "two"), got.stream().map(Message::value).toList());
        }
    }

    @Test
    void shouldKnowEachMessageByTheSameIdInEveryAttemptAndRun() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            List<MessageId> ids = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing"), m -> {
                ids.add(m.id());
                throw new IllegalStateException("not yet");
            });
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            a.publisher(ORDERS).send("one");
            assertTrue(sim.runUntil(() -> ids.size() == 2, LIMIT));
            sim.crash(b);
            sim.cutPower(a);
            sim.restart(a).publisher(ORDERS);
            sim.restart(b).subscribe(ORDERS.reader("billing"), m -> ids.add(m.id()));
            assertTrue(sim.runUntil(() -> ids.size() == 3, LIMIT));
            assertEquals(1, ids.stream().distinct().count(), ids::toString);
        }
    }

    @Test
    void shouldSendNothingWhenTheHandlerThrowsAndAllOfItWhenItReturns() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            Publisher<String> invoices = b.publisher(INVOICES);
            List<String> got = new ArrayList<>();
            a.subscribe(INVOICES.reader("audit"), m -> got.add(m.value()));
            a.pull(PARCELS, m -> got.add(m.value()));
            invoices.awaitSubscribers(1, LIMIT);
            List<Transaction> over = new ArrayList<>();
            RetryPolicy twice = new RetryPolicy(2, 5, Duration.ofMillis(10), Duration.ofMillis(10));
            b.transact(ORDERS.reader("billing").retry(twice), (order, tx) -> {
                over.add(tx);
                tx.send(invoices, "first of " + order.value());
                tx.send(b.pusher(PARCELS), "second of " + order.value());
                if (order.value().equals("bad") || order.attempt() == 1) {
                    throw new IllegalStateException("no");
                }
            });
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            a.publisher(ORDERS).send("bad");
            a.publisher(ORDERS).send("good");
            assertTrue(sim.runUntil(() -> got.size() == 2, LIMIT), got::toString);
            sim.run(Duration.ofSeconds(5));
            got.sort(null);
            assertEquals(List.of("first of good", "second of good"), got);
            assertEquals(1, b.counters().get(Happening.MESSAGE_PARKED));
            ParleyException e =
                    assertThrows(ParleyException.class, () -> over.get(0).send(invoices, "late"));
            assertEquals(ErrorCode.CLOSED, e.code());
        }
    }

    @Test
    void shouldSendWhatARunThatIsOverHadNoChannelFor() {
        try (Sim sim = Sim.seeded(4)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            Publisher<String> invoices = b.publisher(INVOICES);
            b.transact(ORDERS.reader("billing"), (order, tx) -> {
                tx.send(invoices, order.value());
                invoices.close();
                sim.run(Duration.ofSeconds(1)); // its files are closed now
            });
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            a.publisher(ORDERS).send("one");
            sim.run(Duration.ofSeconds(3));
            sim.cutPower(b);
            Node second = sim.restart(b);
            sim.run(Duration.ofSeconds(3));
            sim.crash(second);
            Node third = sim.restart(second);
            List<String> got = new ArrayList<>();
            a.subscribe(INVOICES.reader("audit").from(Start.EARLIEST), m -> got.add(m.value()));
            third.publisher(INVOICES);
            assertTrue(sim.runUntil(() -> !got.isEmpty(), LIMIT));
            sim.run(Duration.ofSeconds(5));
            assertEquals(List.of("one"), got);
        }
    }

    @Test
    void shouldNotNameWhatItMayStillLoseWhenItComesBackP23() {
        try (Sim sim = Sim.seeded(8)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            List<String> got = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            sim.disk("b").files().fill();
            a.publisher(ORDERS).send("one");
            assertTrue(sim.runUntil(() -> got.size() == 1, LIMIT));
            sim.sever(a, b);
            sim.run(Duration.ofSeconds(5));
            assertEquals(1, a.publisher(ORDERS).stats().readers());
            sim.cutPower(b);
            sim.disk("b").files().makeRoom();
            sim.restart(b).subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.size() == 2, LIMIT));
            assertEquals(List.of("one", "one"), got);
        }
    }

    @Test
    void shouldAcknowledgeNothingThatItCannotKeepP14() {
        try (Sim sim = Sim.seeded(6)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            Publisher<String> orders = a.publisher(ORDERS);
            List<String> got = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            orders.awaitSubscribers(1, LIMIT);
            sim.disk("b").files().fill();
            orders.send("one");
            assertTrue(sim.runUntil(() -> got.size() == 1, LIMIT));
            assertEquals(ErrorCode.TIMEOUT, refusal(() -> orders.flush(Stage.PROCESSED, Duration.ofSeconds(5))));
            assertEquals(1, b.counters().get(Happening.DISK_FULL));
            sim.disk("b").files().makeRoom();
            orders.flush(Stage.PROCESSED, LIMIT);
            assertEquals(1, b.counters().get(Happening.DISK_HAS_ROOM));
            assertEquals(List.of("one"), got);
        }
    }

    @Test
    void shouldAcknowledgeNothingAfterAFailedForceP15() {
        try (Sim sim = Sim.seeded(7)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            Publisher<String> orders = a.publisher(ORDERS);
            List<String> got = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            orders.awaitSubscribers(1, LIMIT);
            sim.disk("b").files().failForce(1);
            orders.send("one");
            assertTrue(sim.runUntil(() -> b.counters().get(Happening.CHANNEL_FAILED) == 1, LIMIT));
            orders.send("two");
            assertTrue(sim.runUntil(() -> got.size() == 2, LIMIT));
            assertEquals(ErrorCode.TIMEOUT, refusal(() -> orders.flush(Stage.PROCESSED, Duration.ofSeconds(5))));
            sim.cutPower(b);
            sim.restart(b).subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            orders.flush(Stage.PROCESSED, LIMIT);
            assertEquals(List.of("one", "two", "one", "two"), got);
        }
    }

    @Test
    void shouldRefuseASenderThatIsOlderThanWhatItReadP13() {
        try (Sim sim = Sim.seeded(9)) {
            Node a = node(sim, "a");
            Storage backup = sim.disk("a").files().crash(Crash.KILL, new SeededEntropy(1));
            sim.crash(a);
            Node second = sim.restart(a);
            sim.crash(second);
            Node third = sim.restart(second);
            Node b = node(sim, "b");
            List<String> got = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            third.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            third.publisher(ORDERS).send("one");
            third.publisher(ORDERS).flush(Stage.PROCESSED, LIMIT);
            sim.crash(third);
            sim.crash(b);
            Node restored = sim.node("restored", builder -> builder.delivery(Journal.over(() -> backup)));
            restored.publisher(ORDERS);
            Node again = sim.restart(b); // it has met nobody yet
            again.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> again.counters().get(Happening.READER_REFUSED) == 1, LIMIT));
            restored.publisher(ORDERS).send("of the same id as another");
            sim.run(Duration.ofSeconds(5));
            assertEquals(List.of("one"), got);
            assertEquals(0, restored.publisher(ORDERS).stats().readers());
        }
    }

    @Test
    void shouldNotHandOutWhatTheProgramsOwnStoreHasP23() {
        try (Sim sim = Sim.seeded(10)) {
            Node a = node(sim, "a");
            Node b = sim.node("b", builder -> builder.delivery(Reliability.inMemory()));
            Map<NodeId, MessageId> store = new HashMap<>(); // outlives the process
            List<String> got = new ArrayList<>();
            AtomicInteger failures = new AtomicInteger(1);
            TopicReader<String> reader = ORDERS.reader("billing").dedup(sender -> {
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("the store is away");
                }
                return Optional.ofNullable(store.get(sender));
            });
            Handler<String> handler = m -> {
                got.add(m.value());
                store.put(m.from().id(), m.id());
                if (m.value().equals("two")) {
                    sim.partition(a, b);
                }
            };
            b.subscribe(reader, handler);
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            a.publisher(ORDERS).send("one");
            a.publisher(ORDERS).send("two");
            assertTrue(sim.runUntil(() -> got.size() == 2, LIMIT));
            sim.crash(b);
            sim.heal();
            failures.set(2);
            sim.restart(b).subscribe(reader, handler);
            a.publisher(ORDERS).send("three");
            assertTrue(sim.runUntil(() -> got.size() > 2, LIMIT));
            assertEquals(List.of("one", "two", "three"), got);
            assertEquals(
                    ErrorCode.INVALID_ARGUMENT,
                    refusal(() -> Topic.of("news", Codec.utf8()).reader().dedup(sender -> Optional.empty())));
        }
    }

    @Test
    void shouldSayWhatATransactionCannotDo() {
        try (Sim sim = Sim.seeded(5)) {
            Node b = node(sim, "b");
            Node c = sim.node("c", builder -> builder.delivery(Reliability.inMemory()));
            assertEquals(
                    ErrorCode.MODE_UNAVAILABLE, refusal(() -> c.transact(ORDERS.reader("billing"), (m, tx) -> {})));
            assertEquals(
                    ErrorCode.INVALID_ARGUMENT,
                    refusal(() -> b.transact(ORDERS.reader("billing").onLoop(), (m, tx) -> {})));
            Node a = node(sim, "a");
            List<ErrorCode> codes = new ArrayList<>();
            b.transact(ORDERS.reader("billing"), (m, tx) -> {
                codes.add(refusal(() -> tx.send(a.publisher(ORDERS), "of another node")));
                codes.add(refusal(() -> tx.send(b.publisher(Topic.of("news", Codec.utf8())), "best effort")));
                codes.add(refusal(() -> {
                    for (int i = 0; i < 10; i++) {
                        tx.send(b.publisher(INVOICES), "x".repeat(30_000));
                    }
                }));
            });
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            a.publisher(ORDERS).send("one");
            assertTrue(sim.runUntil(() -> codes.size() == 3, LIMIT));
            assertEquals(
                    List.of(ErrorCode.INVALID_ARGUMENT, ErrorCode.INVALID_ARGUMENT, ErrorCode.MESSAGE_TOO_LARGE),
                    codes);
        }
    }

    private static ErrorCode refusal(Runnable call) {
        return assertThrows(ParleyException.class, call::run).code();
    }
}
