package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.reliability.Reliability;
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

/** DURABLE queues over the real journal, on simulated disks: what JOURNALED was said of is processed. */
@Timeout(600)
class DurableQueueSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8())
            .durable()
            .capacity(1 << 20)
            .retry(new RetryPolicy(1_000, 1_000, Duration.ofMillis(10), Duration.ofSeconds(1)));

    private static Node node(Sim sim, String name) {
        return sim.node(name, builder -> builder.delivery(Journal.over(sim.disk(name))));
    }

    @Test
    void shouldHaveWorkDoneThatARunBeforeWasGiven() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            for (int i = 0; i < 10; i++) {
                a.pusher(JOBS).send("job " + i);
            }
            sim.cutPower(a);
            Node again = sim.restart(a);
            again.pusher(JOBS);
            List<String> done = new ArrayList<>();
            node(sim, "b").pull(JOBS, m -> done.add(m.value()));
            assertTrue(sim.runUntil(() -> done.size() == 10, LIMIT));
            sim.run(Duration.ofSeconds(1));
            sim.cutPower(again);
            Node third = sim.restart(again);
            third.pusher(JOBS).send("job 10");
            assertTrue(sim.runUntil(() -> done.size() == 11, LIMIT));
            sim.run(Duration.ofSeconds(5));
            assertEquals(11, done.size(), "what was settled for ever came again: " + done);
        }
    }

    @Test
    void shouldHaveAllDoneThatWasJournaledWhoeverDiesP1() {
        Seeds.forEach(20, seed -> new World(seed).play());
    }

    /** A sender and two workers, all of which die again and again. */
    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private Node sender;
        private final List<Node> alive = new ArrayList<>();
        private final Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
        private final Set<String> done = new HashSet<>();
        private final List<String> wrong = new ArrayList<>();
        private int sent;

        World(long seed) {
            sim = Sim.seeded(seed);
            chance = sim.chance().split();
            sender = node(sim, "sender");
            alive.add(sender);
        }

        void play() {
            try (sim) {
                for (int i = 0; i < 2; i++) {
                    Node worker = sim.node("worker" + i, builder -> builder.delivery(Reliability.inMemory()));
                    alive.add(worker);
                    pull(worker);
                }
                Mishaps deaths = new Mishaps(sim, () -> alive)
                        .every(Duration.ofMillis(1_500))
                        .of(EnumSet.of(Kind.CRASH, Kind.POWER_CUT))
                        .onDeath(this::replace)
                        .begin();
                Mishaps others = new Mishaps(sim, () -> alive)
                        .of(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.PAUSE, Kind.CLOCK_JUMP))
                        .begin();
                for (int i = 0; i < 300; i++) {
                    sim.after(Duration.ofMillis(chance.nextInt(20_000)), this::send);
                }
                sim.run(Duration.ofSeconds(25));
                deaths.end();
                others.end();
                assertTrue(
                        sim.runUntil(() -> missing().isEmpty(), LIMIT),
                        () -> missing() + "\n" + sender.explain("jobs") + "\n" + deaths + others);
                assertEquals(List.of(), wrong);
            }
        }

        private List<String> missing() {
            List<String> missing = new ArrayList<>();
            receipts.forEach((value, receipt) -> {
                if (receipt.isDone() && !receipt.isCompletedExceptionally() && !done.contains(value)) {
                    missing.add(value);
                }
            });
            return missing;
        }

        private void send() {
            Node from = sender;
            sim.after(from, Duration.ZERO, () -> {
                String value = "m" + sent++;
                Outgoing<String> message = Outgoing.of(value);
                if (chance.chance(0.5)) {
                    message = message.key("k" + chance.nextInt(5));
                }
                receipts.put(value, from.pusher(JOBS).sendAsync(message, Stage.JOURNALED));
            });
        }

        private void pull(Node node) {
            Set<MessageId> ran = new HashSet<>();
            node.pull(JOBS.concurrency(3), m -> {
                if (chance.chance(0.3)) {
                    sim.run(Duration.ofMillis(chance.nextInt(300)));
                }
                if (chance.chance(0.1)) {
                    throw new IllegalStateException("not this time");
                }
                ends(m, ran);
            });
        }

        private void ends(Message<String> message, Set<MessageId> ran) {
            done.add(message.value());
            if (!ran.add(message.id())) {
                wrong.add(message + " was done twice by one process");
            }
        }

        private void replace(Node dead) {
            alive.remove(dead);
            sim.after(Duration.ofMillis(chance.nextInt(2_000)), () -> {
                Node again = sim.restart(dead);
                alive.add(again);
                if (dead == sender) {
                    sender = again;
                    sim.after(again, Duration.ZERO, () -> again.pusher(JOBS));
                } else {
                    pull(again);
                }
            });
        }
    }
}
