package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing ends, whatever the node is in the middle of. */
@Timeout(600)
class ClosingSimTest {
    private static final WorkQueue<String> QUEUE =
            WorkQueue.of("jobs", Codec.utf8()).bestEffort();
    private static final Duration LINGER = Duration.ofSeconds(2);

    @Test
    void shouldCloseWithinLingerAndASecondInEveryStateP22() {
        Seeds.forEach(40, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                busyWorld(sim).forEach(node -> closeInTime(sim, node));
            }
        });
    }

    @Test
    void shouldCloseInTimeAlsoWhenInterruptedP22() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                for (Node node : busyWorld(sim)) {
                    Thread.currentThread().interrupt();
                    closeInTime(sim, node);
                    assertTrue(Thread.interrupted(), "the interrupt was lost");
                }
            }
        });
    }

    @Test
    void shouldHandOverWhatWasSentBeforeClosing() {
        Seeds.forEach(50, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                Ledger ledger = new Ledger("b");
                b.subscribe(ledger.on(Ledger.TOPIC.reader()), ledger::received);
                a.publisher(Ledger.TOPIC).awaitSubscribers(1, Duration.ofSeconds(10));
                for (int i = 1; i <= 100; i++) {
                    a.publisher(Ledger.TOPIC)
                            .send(Ledger.value("a", i, sim.chance().nextInt(2_000)));
                }
                a.close();
                sim.run(Duration.ofSeconds(1));
                assertEquals(List.of(), ledger.audit("a", 100));
            }
        });
    }

    @Test
    void shouldWaitForTheStageOfAHandlerThatIsDoneLater() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                CompletableFuture<String> stage = new CompletableFuture<>();
                boolean[] began = {false};
                b.subscribeAsync(Ledger.TOPIC.reader(), m -> {
                    began[0] = true;
                    return stage;
                });
                a.publisher(Ledger.TOPIC).awaitSubscribers(1, Duration.ofSeconds(10));
                a.publisher(Ledger.TOPIC).send(Ledger.value("a", 1, 10));
                assertTrue(sim.runUntil(() -> began[0], Duration.ofSeconds(10)));
                sim.after(Duration.ofMillis(700), () -> stage.complete("done"));
                if (sim.chance().chance(0.5)) {
                    assertTrue(b.drain(Duration.ofSeconds(5)));
                } else {
                    b.close();
                }
                assertTrue(stage.isDone(), "the handler was not done");
            }
        });
    }

    @Test
    void shouldCloseASubscriptionOnlyWhenTheStageOfItsHandlerIsDone() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                CompletableFuture<String> stage = new CompletableFuture<>();
                boolean[] began = {false};
                var subscription = b.subscribeAsync(Ledger.TOPIC.reader(), m -> {
                    began[0] = true;
                    return stage;
                });
                a.publisher(Ledger.TOPIC).awaitSubscribers(1, Duration.ofSeconds(10));
                a.publisher(Ledger.TOPIC).send(Ledger.value("a", 1, 10));
                assertTrue(sim.runUntil(() -> began[0], Duration.ofSeconds(10)));
                sim.after(Duration.ofMillis(700), () -> stage.complete("done"));
                subscription.close();
                assertTrue(stage.isDone(), "the handler was not done");
            }
        });
    }

    private static void closeInTime(Sim sim, Node node) {
        long began = sim.nanos();
        node.close();
        Duration took = Duration.ofNanos(sim.nanos() - began);
        assertTrue(took.compareTo(LINGER.plusSeconds(1)) <= 0, () -> node.name() + " took " + took);
    }

    /** Nodes in the middle of all sorts of things. */
    private static List<Node> busyWorld(Sim sim) {
        SeededEntropy chance = sim.chance();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 2 + chance.nextInt(3); i++) {
            Node node = sim.node("n" + i, builder -> builder.linger(LINGER));
            nodes.add(node);
            node.subscribe(Ledger.TOPIC, m -> handle(sim));
            node.pull(QUEUE.concurrency(1 + chance.nextInt(3)), m -> handle(sim));
            node.subscribeAsync(
                    Ledger.TOPIC.reader(), m -> chance.chance(0.9) ? CompletableFuture.completedFuture(m) : never());
            sim.after(node, Duration.ofMillis(chance.nextInt(500)), () -> chatter(sim, node));
        }
        Mishaps mishaps = new Mishaps(sim, () -> nodes)
                .of(java.util.EnumSet.of(
                        Mishaps.Kind.PARTITION, Mishaps.Kind.HALF_OPEN, Mishaps.Kind.SEVER, Mishaps.Kind.SLOW))
                .begin();
        sim.run(Duration.ofMillis(chance.nextInt(20_000)));
        if (chance.chance(0.5)) {
            mishaps.end();
        }
        return nodes;
    }

    private static CompletableFuture<Object> never() {
        return new CompletableFuture<>();
    }

    /** Quick, slow, or deaf to all interrupts. */
    private static void handle(Sim sim) {
        SeededEntropy chance = sim.chance();
        if (chance.chance(0.02)) {
            for (int i = 0; i < 3; i++) {
                try {
                    sim.run(Duration.ofMinutes(1));
                } catch (ParleyException e) {
                    Thread.interrupted();
                }
            }
        } else if (chance.chance(0.2)) {
            sim.run(Duration.ofMillis(chance.nextInt(3_000)));
        }
    }

    private static void chatter(Sim sim, Node node) {
        try {
            for (int i = 0; i < 20; i++) {
                node.publisher(Ledger.TOPIC).send(Ledger.value(node.name(), 1, 500));
                node.pusher(QUEUE).send("job");
            }
        } catch (ParleyException closed) {
            return;
        }
        sim.after(node, Duration.ofMillis(sim.chance().nextInt(1_000)), () -> chatter(sim, node));
    }
}
