package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** DURABLE topics over the real journal, on simulated disks: what JOURNALED was said of is never lost. */
@Timeout(600)
class DurableTopicSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(1 << 20);

    private static Node node(Sim sim, String name) {
        return sim.node(name, builder -> builder.delivery(Journal.over(sim.disk(name))));
    }

    @Test
    void shouldDeliverWhatWasPublishedBeforeAnybodyReadAndByARunThatIsOver() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            a.publisher(ORDERS).send("one");
            a.publisher(ORDERS).send("two");
            a.close();
            Node again = sim.restart(a);
            assertEquals(a.id(), again.id());
            again.publisher(ORDERS).send("three");
            Node b = node(sim, "b");
            List<Message<String>> got = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), got::add);
            assertTrue(sim.runUntil(() -> got.size() == 3, LIMIT));
            assertEquals(
                    List.of("one", "two", "three"),
                    got.stream().map(Message::value).toList());
            assertEquals(
                    List.of(1L, 1L, 2L), got.stream().map(m -> m.id().epoch()).toList());
        }
    }

    @Test
    void shouldRefuseASecondReaderOfAName() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = node(sim, "a");
            Node b = node(sim, "b");
            Node c = node(sim, "c");
            List<String> atB = new ArrayList<>();
            List<String> atC = new ArrayList<>();
            b.subscribe(ORDERS.reader("billing"), m -> atB.add(m.value()));
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            c.subscribe(ORDERS.reader("billing"), m -> atC.add(m.value()));
            a.publisher(ORDERS).send("one");
            assertTrue(sim.runUntil(() -> atB.size() == 1, LIMIT));
            sim.run(Duration.ofSeconds(3));
            sim.crash(b);
            sim.run(Duration.ofSeconds(15));
            a.publisher(ORDERS).send("two");
            assertTrue(sim.runUntil(() -> atC.size() == 1, LIMIT));
            assertEquals(List.of("two"), atC);
        }
    }

    @Test
    void shouldWaitUntilEachKnownReaderHasProcessedWhatWasSent() {
        try (Sim sim = Sim.seeded(5)) {
            Node a = node(sim, "a");
            Publisher<String> orders = a.publisher(ORDERS);
            orders.send("one");
            orders.flush(Stage.PROCESSED, LIMIT); // nobody is known

            Node b = node(sim, "b");
            List<String> got = new ArrayList<>();
            Subscription reading = b.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            orders.awaitSubscribers(1, LIMIT);
            orders.send("two");
            orders.flush(Stage.PROCESSED, LIMIT);
            assertEquals(List.of("two"), got);

            reading.close();
            orders.send("three");
            orders.flush(Stage.JOURNALED, LIMIT);
            ParleyException away =
                    assertThrows(ParleyException.class, () -> orders.flush(Stage.PROCESSED, Duration.ofSeconds(1)));
            assertEquals(ErrorCode.TIMEOUT, away.code());
            b.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            orders.flush(Stage.PROCESSED, LIMIT);
            assertEquals(List.of("two", "three"), got);
        }
    }

    @Test
    void shouldWantANameOfADurableReader() {
        try (Sim sim = Sim.seeded(3)) {
            Node b = node(sim, "b");
            ParleyException e = assertThrows(ParleyException.class, () -> b.subscribe(ORDERS, m -> {}));
            assertEquals(ErrorCode.INVALID_ARGUMENT, e.code());
        }
    }

    @Test
    void shouldNameWhoHasTheDirectory() {
        try (Sim sim = Sim.seeded(4)) {
            node(sim, "a");
            ParleyException e = assertThrows(
                    ParleyException.class,
                    () -> sim.node("b", builder -> builder.delivery(Journal.over(sim.disk("a")))));
            assertEquals(ErrorCode.DATA_IN_USE, e.code());
            assertTrue(String.valueOf(e.getMessage()).contains("'a'"), e::getMessage);
        }
    }

    @Test
    void shouldLoseNothingThatWasJournaledWhoeverDiesP1() {
        Seeds.forEach(20, seed -> new World(seed).play());
    }

    /** A sender and a reader that both die again and again, and what the sender was told. */
    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private Node sender;
        private Node reader;
        private final Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
        private final Set<String> journaled = new HashSet<>();
        private final Set<String> got = new HashSet<>();
        private final Map<Node, Set<MessageId>> byProcess = new LinkedHashMap<>();
        private final List<String> wrong = new ArrayList<>();
        private final List<Node> alive = new ArrayList<>();
        private int sent;

        World(long seed) {
            sim = Sim.seeded(seed);
            chance = sim.chance().split();
            sender = node(sim, "sender");
            reader = node(sim, "reader");
            alive.addAll(List.of(sender, reader));
        }

        void play() {
            try (sim) {
                subscribe(reader);
                Mishaps deaths = new Mishaps(sim, () -> alive)
                        .every(Duration.ofMillis(1_500))
                        .of(EnumSet.of(Kind.CRASH, Kind.POWER_CUT))
                        .onDeath(this::replace)
                        .begin();
                Mishaps others = new Mishaps(sim, () -> alive)
                        .of(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.PAUSE, Kind.CLOCK_JUMP))
                        .begin();
                for (int i = 0; i < 400; i++) {
                    sim.after(Duration.ofMillis(chance.nextInt(20_000)), this::send);
                }
                sim.run(Duration.ofSeconds(25));
                deaths.end();
                others.end();
                assertTrue(
                        sim.runUntil(() -> got.containsAll(journaled()), LIMIT),
                        () -> missing() + "\n" + deaths + others);
                assertTrue(journaled.size() > 50, () -> "only " + journaled.size());
                assertEquals(List.of(), wrong);
            }
        }

        private List<String> missing() {
            return journaled.stream().filter(m -> !got.contains(m)).toList();
        }

        private Set<String> journaled() {
            receipts.forEach((value, receipt) -> {
                if (receipt.isDone() && !receipt.isCompletedExceptionally()) {
                    journaled.add(value);
                }
            });
            return journaled;
        }

        private void send() {
            Node from = sender;
            sim.after(from, Duration.ZERO, () -> {
                String value = "m" + sent++;
                receipts.put(
                        value,
                        from.publisher(ORDERS)
                                .sendAsync(Outgoing.of(value + "x".repeat(chance.nextInt(3_000))), Stage.JOURNALED));
            });
        }

        private void subscribe(Node node) {
            Set<MessageId> ran = new HashSet<>();
            byProcess.put(node, ran);
            node.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> {
                if (chance.chance(0.1)) {
                    sim.run(Duration.ofMillis(chance.nextInt(100)));
                }
                got.add(m.value().substring(0, (m.value() + "x").indexOf('x')));
                if (!ran.add(m.id())) {
                    wrong.add(m + " twice in one process");
                }
            });
        }

        private void replace(Node dead) {
            alive.remove(dead);
            sim.after(Duration.ofMillis(chance.nextInt(2_000)), () -> {
                Node again = sim.restart(dead);
                alive.add(again);
                if (dead == sender) {
                    sender = again;
                    sim.after(again, Duration.ZERO, () -> again.publisher(ORDERS));
                } else {
                    reader = again;
                    subscribe(again);
                }
            });
        }
    }
}
