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
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What dies with the sender of a topic is told, though not by number; the same whatever the topic promises. */
@Timeout(600)
class SenderLossSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String LOST = "SENDER_LOST -1 false";

    private static Stream<Topic<String>> topics() {
        Topic<String> bestEffort = Topic.of("news", Codec.utf8());
        return Stream.of(bestEffort, bestEffort.reliable());
    }

    private static Sim sim(long seed) {
        return Sim.seeded(seed).delivery(Reliability.inMemory());
    }

    private static final class World {
        private final Sim sim;
        private final Topic<String> topic;
        private final Node reader;
        private final List<String> got = new ArrayList<>();
        private Node sender;

        World(Sim sim, Topic<String> topic) {
            this.sim = sim;
            this.topic = topic;
            reader = sim.node("reader");
            sender = sim.node("sender");
            reader.subscribe(
                    topic.reader().onMissed(m -> got.add(m.reason() + " " + m.count() + " " + m.exact())),
                    m -> got.add(m.value()));
            send("one");
        }

        void send(String text) {
            sender.publisher(topic).awaitSubscribers(1, LIMIT);
            sender.publisher(topic).send(text);
            assertTrue(sim.runUntil(() -> got.contains(text), LIMIT), () -> text + " did not come: " + got);
            sim.run(Duration.ofMillis(sim.chance().nextInt(2_000)));
        }
    }

    @ParameterizedTest
    @MethodSource("topics")
    void shouldTellOnceThatTheProcessOfASenderEnded(Topic<String> topic) {
        Seeds.forEach(20, seed -> {
            try (Sim sim = sim(seed)) {
                World world = new World(sim, topic);
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

    @ParameterizedTest
    @MethodSource("topics")
    void shouldTellThatASenderCameBackAsAnotherRun(Topic<String> topic) {
        Seeds.forEach(20, seed -> {
            try (Sim sim = sim(seed)) {
                World world = new World(sim, topic);
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

    @ParameterizedTest
    @MethodSource("topics")
    void shouldGiveASilentSenderUpAfterTwoMinutesOnly(Topic<String> topic) {
        Seeds.forEach(10, seed -> {
            try (Sim sim = sim(seed)) {
                World world = new World(sim, topic);
                sim.cutPower(world.sender);
                sim.run(Duration.ofSeconds(100));
                assertEquals(List.of("one"), world.got);
                sim.run(Duration.ofSeconds(40));
                assertEquals(List.of("one", LOST), world.got);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("topics")
    void shouldNotTellOfASenderThatSaidGoodbyeOrOnlyWasAway(Topic<String> topic) {
        Seeds.forEach(30, seed -> {
            try (Sim sim = sim(seed)) {
                World world = new World(sim, topic);
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
