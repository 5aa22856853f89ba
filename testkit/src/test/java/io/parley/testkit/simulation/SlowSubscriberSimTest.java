package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.codec.Codec;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscriber that stands still is its own problem. */
@Timeout(600)
class SlowSubscriberSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MESSAGES = 2_000;

    @Test
    void shouldSlowNobodyWhenASubscribersProcessStandsStillP19() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                World world = new World(sim);
                sim.pauseProcess(world.stopped);
                world.sendAll();
                world.healthyGotAll();
                sim.resumeProcess(world.stopped);
                world.everybodyWasTold();
            }
        });
    }

    @Test
    void shouldSlowNobodyWhenASubscribersHandlerStandsStillP19() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                World world = new World(sim);
                world.handlerStops = true;
                world.sendAll();
                world.healthyGotAll();
                world.handlerStops = false;
                world.everybodyWasTold();
            }
        });
    }

    @Test
    void shouldHoldNoMoreBytesThanItsLimitForAHandlerThatStandsStillP19() {
        Topic<byte[]> images = Topic.of("images", Codec.bytes()).capacity(64 << 20);
        int messages = 60;
        int size = 4 << 20;
        try (Sim sim = Sim.seeded(1)) {
            Node sender = sim.node("sender");
            Node reader = sim.node("reader");
            boolean[] stops = {true};
            long[] told = new long[1];
            int[] got = new int[2];
            reader.subscribe(images, m -> got[0]++);
            Subscription slow = reader.subscribe(images.reader().onMissed(gap -> told[0] += gap.count()), m -> {
                sim.runUntil(() -> !stops[0], Duration.ofDays(1));
                got[1]++;
            });
            sender.publisher(images).awaitSubscribers(1, LIMIT);
            for (int i = 1; i <= messages; i++) {
                sender.publisher(images).send(new byte[size]);
                int expected = i;
                assertTrue(sim.runUntil(() -> got[0] == expected, LIMIT), () -> got[0] + " of " + expected);
            }
            int most = (64 << 20) / size + 1;
            assertTrue(slow.stats().waiting() <= most, () -> slow.stats() + ", at most " + most + " have room");
            stops[0] = false;
            assertTrue(sim.runUntil(() -> got[1] + told[0] == messages, LIMIT), () -> got[1] + " and " + told[0]);
            assertTrue(told[0] > messages / 2, () -> told[0] + " missed");
        }
    }

    /** One publisher, a healthy subscriber, one that will stand still, and a healthy one beside it in the same process. */
    private static final class World {
        private final Sim sim;
        private final Node sender;
        private final Node stopped;
        private final Ledger healthy = new Ledger("healthy");
        private final Ledger neighbour = new Ledger("neighbour");
        private final Ledger slow = new Ledger("slow");
        private final List<Long> took = new ArrayList<>();
        private boolean handlerStops;

        World(Sim sim) {
            this.sim = sim;
            sender = sim.node("sender");
            stopped = sim.node("stopped");
            sim.node("healthy").subscribe(healthy.on(Ledger.TOPIC.reader()), healthy::received);
            TopicReader<String> little = Ledger.TOPIC.reader().window(new Window(100, 100_000));
            stopped.subscribe(neighbour.on(little), neighbour::received);
            stopped.subscribe(slow.on(little), m -> {
                sim.runUntil(() -> !handlerStops, Duration.ofDays(1));
                slow.received(m);
            });
            sender.publisher(Ledger.TOPIC).awaitSubscribers(2, LIMIT);
        }

        void sendAll() {
            for (int i = 1; i <= MESSAGES; i++) {
                long began = sim.nanos();
                sender.publisher(Ledger.TOPIC).send(Ledger.value("sender", i, 1_000));
                took.add(sim.nanos() - began);
                sim.run(Duration.ofMillis(5));
            }
        }

        void healthyGotAll() {
            assertEquals(0, took.stream().mapToLong(Long::longValue).max().orElse(0), "a send waited");
            assertTrue(
                    sim.runUntil(() -> healthy.received("sender") == MESSAGES, LIMIT),
                    () -> "" + healthy.audit("sender", MESSAGES));
            if (handlerStops) {
                assertTrue(
                        sim.runUntil(() -> neighbour.received("sender") == MESSAGES, LIMIT),
                        () -> "" + neighbour.audit("sender", MESSAGES));
            }
        }

        void everybodyWasTold() {
            assertTrue(
                    sim.runUntil(
                            () -> slow.audit("sender", MESSAGES).isEmpty()
                                    && neighbour.audit("sender", MESSAGES).isEmpty(),
                            LIMIT),
                    () -> "" + slow.audit("sender", MESSAGES) + neighbour.audit("sender", MESSAGES));
        }
    }
}
