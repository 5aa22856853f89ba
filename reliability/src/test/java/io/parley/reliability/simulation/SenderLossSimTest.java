package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Topic;
import io.parley.core.codec.Codec;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What dies with the sender of a RELIABLE topic is told, though not by number. */
@Timeout(600)
class SenderLossSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Topic<String> TOPIC = Topic.of("news", Codec.utf8()).reliable();
    private static final String LOST = "SENDER_LOST -1 false";

    private static final class World {
        private final Sim sim;
        private final Node reader;
        private final List<String> got = new ArrayList<>();
        private Node sender;

        World(Sim sim) {
            this.sim = sim;
            reader = sim.node("reader");
            sender = sim.node("sender");
            reader.subscribe(
                    TOPIC.reader().onMissed(m -> got.add(m.reason() + " " + m.count() + " " + m.exact())),
                    m -> got.add(m.value()));
            send("one");
        }

        void send(String text) {
            sender.publisher(TOPIC).awaitSubscribers(1, LIMIT);
            sender.publisher(TOPIC).send(text);
            assertTrue(sim.runUntil(() -> got.contains(text), LIMIT), () -> text + " did not come: " + got);
            sim.run(Duration.ofMillis(sim.chance().nextInt(2_000)));
        }
    }

    @Test
    void shouldTellOnceThatTheProcessOfASenderEnded() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
                World world = new World(sim);
                sim.crash(world.sender);
                assertTrue(sim.runUntil(() -> world.got.contains(LOST), Duration.ofSeconds(5)), world.got::toString);
                sim.run(Duration.ofMinutes(15));
                assertEquals(List.of("one", LOST), world.got);
                world.sender = sim.restart(world.sender);
                world.send("two");
                assertEquals(List.of("one", LOST, "two"), world.got);
            }
        });
    }

    @Test
    void shouldTellThatASenderCameBackAsAnotherRun() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
                World world = new World(sim);
                sim.cutPower(world.sender);
                sim.run(Duration.ofMillis(sim.chance().nextInt(30_000)));
                world.sender = sim.restart(world.sender);
                world.send("two");
                sim.run(Duration.ofSeconds(
                        12)); // in version 0.1 another run has another id: the old one must be missed
                assertEquals(
                        List.of("one", LOST, "two"),
                        world.got.stream()
                                .sorted(Comparator.comparing("two"::equals))
                                .toList());
            }
        });
    }

    @Test
    void shouldGiveASilentSenderUpAfterTwoMinutesOnly() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
                World world = new World(sim);
                sim.cutPower(world.sender);
                sim.run(Duration.ofSeconds(100));
                assertEquals(List.of("one"), world.got);
                sim.run(Duration.ofSeconds(40));
                assertEquals(List.of("one", LOST), world.got);
            }
        });
    }

    @Test
    void shouldNotTellOfASenderThatSaidGoodbyeOrOnlyWasAway() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
                World world = new World(sim);
                sim.partition(world.reader, world.sender);
                sim.run(Duration.ofSeconds(40));
                sim.heal();
                world.send("two");
                world.sender.close();
                sim.run(Duration.ofMinutes(15));
                assertEquals(List.of("one", "two"), world.got);
            }
        });
    }
}
