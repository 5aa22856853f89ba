package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Stage;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.channel.Flush;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** DURABLE topics over the real journal, on simulated disks: what JOURNALED was said of is never lost. */
@Timeout(600)
class DurableTopicSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(1 << 20);
    private static final Topic<String> ROOMY = ORDERS.capacity(16 << 20);

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
        Seeds.forEach(20, seed -> new World(seed, Flush.ALWAYS).play(200, 50, "reader"));
    }

    @Test
    void shouldDeliverWhatTheNextRunsGaveTheSameNumbersAfterPowerCutsP7() {
        Seeds.forEach(10, seed -> new World(seed, Flush.OS).play(100, 20, "reader"));
        Seeds.forEach(10, seed -> new World(seed, Flush.every(Duration.ofMillis(200))).play(100, 20, "reader"));
    }

    /** A reader that dies as its sender does. */
    static final class World extends DurableWorld {
        World(long seed, Flush flush) {
            super(seed, flush);
        }

        @Override
        Publisher<String> sending(Node node) {
            return node.publisher(ROOMY);
        }

        @Override
        Node receiver(String name) {
            return node(sim, name);
        }

        @Override
        void receive(Node node, Process process) {
            node.subscribe(ROOMY.reader("billing").from(Start.EARLIEST), m -> {
                if (chance.chance(0.01)) {
                    sim.run(Duration.ofMillis(chance.nextInt(100)));
                }
                process.done(m);
            });
        }
    }
}
