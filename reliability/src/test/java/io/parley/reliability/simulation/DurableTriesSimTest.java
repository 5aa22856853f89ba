package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.DeadLetter;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Death;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attempts, deaths and pauses of a DURABLE queue are those of the message, whatever becomes of its sender. */
@Timeout(600)
class DurableTriesSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration PAUSE = Duration.ofSeconds(4);
    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable().capacity(1 << 20).retry(new RetryPolicy(5, 5, PAUSE, PAUSE));

    private static Node sender(Sim sim) {
        return sim.node("sender", builder -> builder.delivery(Journal.over(sim.disk("sender"))));
    }

    private static Node worker(Sim sim, String name) {
        return sim.node(name, builder -> builder.delivery(Reliability.inMemory()));
    }

    private static void kill(Sim sim, Node node) {
        if (sim.chance().chance(0.5)) {
            sim.cutPower(node);
        } else {
            sim.crash(node);
        }
    }

    @Test
    void shouldNotGiveToSomebodyElseWhatWasDoneForEver() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sender(sim);
                for (int i = 0; i < 10; i++) {
                    a.pusher(JOBS).send("job " + i);
                }
                List<String> done = new ArrayList<>();
                Node first = worker(sim, "first");
                first.pull(JOBS, m -> done.add(m.value()));
                assertTrue(sim.runUntil(() -> done.size() == 10, LIMIT));
                sim.run(Duration.ofMillis(100));
                kill(sim, a);
                sim.crash(first);
                sim.restart(a).pusher(JOBS);
                worker(sim, "second").pull(JOBS, m -> done.add(m.value()));
                sim.run(Duration.ofSeconds(30));
                assertEquals(10, done.size(), () -> "done again: " + done);
            }
        });
    }

    @Test
    void shouldGoOnWithAttemptsAndPausesAfterARestartOfTheSender() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<DeadLetter<String>> dead = new ArrayList<>();
                Node[] a = {sender(sim)};
                a[0].pusher(JOBS).onDead(dead::add);
                a[0].pusher(JOBS).send(Outgoing.of("hopeless").key("k"));
                List<Long> tries = new ArrayList<>();
                List<Integer> attempts = new ArrayList<>();
                worker(sim, "worker").pull(JOBS, m -> {
                    tries.add(sim.nanos());
                    attempts.add(m.attempt());
                    throw new IllegalStateException("no " + m.attempt());
                });
                for (int i = 1; i < 5; i++) {
                    int count = i;
                    assertTrue(sim.runUntil(() -> tries.size() == count, LIMIT));
                    sim.run(Duration.ofMillis(sim.chance().nextBetween(100, 3_000)));
                    kill(sim, a[0]);
                    sim.run(Duration.ofMillis(sim.chance().nextInt(1_000)));
                    sim.jumpWallClock(a[0], Duration.ofHours(sim.chance().nextInt(2) - 1));
                    a[0] = sim.restart(a[0]);
                    a[0].pusher(JOBS).onDead(dead::add);
                }
                assertTrue(sim.runUntil(() -> !dead.isEmpty(), LIMIT), () -> "" + attempts);
                assertEquals(List.of(1, 2, 3, 4, 5), attempts);
                for (int i = 1; i < 5; i++) {
                    Duration gap = Duration.ofNanos(tries.get(i) - tries.get(i - 1));
                    assertTrue(gap.compareTo(PAUSE.multipliedBy(8).dividedBy(10)) >= 0, () -> "too soon, after " + gap);
                    assertTrue(gap.compareTo(PAUSE.multipliedBy(3)) < 0, () -> "too late, after " + gap);
                }
                Death death = dead.get(0).death();
                assertEquals(Death.Reason.ATTEMPTS, death.reason());
                assertEquals(5, death.failures().size(), () -> "" + death);
                for (int i = 0; i < 5; i++) {
                    assertTrue(death.failures().get(i).cause().contains("no " + (i + 1)), () -> "" + death);
                }
            }
        });
    }

    @Test
    void shouldCountDeathsOfWorkersAcrossRestartsOfTheSender() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node[] a = {sender(sim)};
                List<DeadLetter<String>> dead = new ArrayList<>();
                a[0].pusher(JOBS).onDead(dead::add);
                a[0].pusher(JOBS).send("poison");
                int[] starts = {0};
                for (int i = 1; i <= 5; i++) {
                    int count = i;
                    Node victim = worker(sim, "worker" + i);
                    victim.pull(JOBS, m -> {
                        starts[0]++;
                        sim.run(Duration.ofDays(1));
                    });
                    assertTrue(sim.runUntil(() -> starts[0] == count, LIMIT), () -> starts[0] + " starts");
                    sim.run(Duration.ofMillis(50));
                    sim.crash(victim);
                    sim.run(Duration.ofSeconds(sim.chance().nextBetween(12, 20))); // until it counts as lost
                    kill(sim, a[0]);
                    a[0] = sim.restart(a[0]);
                    a[0].pusher(JOBS).onDead(dead::add);
                }
                worker(sim, "last").pull(JOBS, m -> starts[0]++);
                sim.run(Duration.ofMinutes(1));
                assertEquals(5, starts[0]);
            }
        });
    }

    @Test
    void shouldRepeatNothingWhenTheSenderAloneDiesP33() {
        Seeds.forEach(25, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node[] a = {sender(sim)};
                for (int i = 0; i < 200; i++) {
                    a[0].pusher(JOBS).send("job " + i);
                }
                List<String> done = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    worker(sim, "worker" + i).pull(JOBS.concurrency(2), m -> {
                        sim.run(Duration.ofMillis(sim.chance().nextBetween(1, 300)));
                        done.add(m.value());
                    });
                }
                for (int i = 1; i <= 3; i++) {
                    int count = 40 * i;
                    assertTrue(sim.runUntil(() -> done.size() >= count, LIMIT), () -> done.size() + " are done");
                    kill(sim, a[0]);
                    sim.run(Duration.ofMillis(sim.chance().nextInt(800)));
                    a[0] = sim.restart(a[0]);
                    a[0].pusher(JOBS);
                }
                assertTrue(sim.runUntil(() -> done.size() >= 200, LIMIT), () -> done.size() + " are done");
                sim.run(Duration.ofMinutes(1));
                assertEquals(200, done.size(), "done again by workers that live");
            }
        });
    }

    /** Poison that kills the process of sender and worker, beside messages that do no harm. */
    @Test
    void shouldBuryPoisonThatKillsItsOwnSenderP9() {
        Seeds.forEach(25, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Home home = new Home(sim);
                Node first = sender(sim);
                for (int i = 0; i < 20; i++) {
                    Outgoing<String> message = Outgoing.of(i == 7 ? "poison" : "m" + i);
                    first.pusher(JOBS).send(sim.chance().chance(0.5) ? message : message.key("k" + i % 3));
                }
                home.open(first);
                assertTrue(sim.runUntil(() -> !home.dead.isEmpty() && home.done.size() == 19, LIMIT), home::toString);
                sim.run(Duration.ofMinutes(10));
                assertEquals(5, home.poisoned, home::toString);
                assertEquals(19, home.done.size(), home::toString);
                assertEquals(Set.of("poison"), home.dead, home::toString);
                assertEquals(List.of(), home.unmarked, home::toString);
            }
        });
    }

    /** A node that works on its own queue, and is there again a while after it died. */
    private static final class Home {
        private final Sim sim;
        private final Set<String> started = new HashSet<>();
        private final Set<String> done = new HashSet<>();
        private final Set<String> dead = new HashSet<>();
        private final List<String> unmarked = new ArrayList<>();
        private Node node;
        private int poisoned;

        Home(Sim sim) {
            this.sim = sim;
        }

        void open(Node opened) {
            node = opened;
            opened.pusher(JOBS).onDead(letter -> dead.add(letter.message().value()));
            opened.pull(JOBS.concurrency(1 + sim.chance().nextInt(3)), this::work);
        }

        private void work(Message<String> message) {
            if (!started.add(message.value()) && !message.redelivered()) {
                unmarked.add(message.value());
            }
            if (sim.chance().chance(0.3)) {
                sim.run(Duration.ofMillis(sim.chance().nextInt(2_000)));
            }
            if (message.value().equals("poison")) {
                poisoned++;
                Node dying = node;
                sim.after(Duration.ofMillis(sim.chance().nextBetween(1, 3_000)), () -> {
                    Node again = sim.restart(dying);
                    sim.after(again, Duration.ZERO, () -> open(again));
                });
                sim.crash(dying);
                sim.run(Duration.ofDays(1));
            }
            done.add(message.value());
        }

        @Override
        public String toString() {
            return poisoned + " deaths, done " + done + ", dead " + dead + ", unmarked " + unmarked + "\n"
                    + node.explain("jobs");
        }
    }
}
