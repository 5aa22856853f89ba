package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.QueueReader;
import io.parley.reliability.Reliability;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A RELIABLE queue while workers come, go, fail, die and are cut off: every message done or dead, and in its order. */
@Timeout(600)
class QueueSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    @Test
    void shouldFinishEveryMessageInOrderOfItsKeyThroughJoinsAndLeavesP12() {
        Seeds.forEach(25, seed -> new World(seed, 0.0).play(EnumSet.of(Kind.CRASH)));
    }

    @Test
    void shouldFinishEveryMessageWhateverGoesWrongP10() {
        Seeds.forEach(30, seed -> new World(seed, 0.1).play(EnumSet.range(Kind.PARTITION, Kind.POWER_CUT)));
    }

    @Test
    void shouldCountNoAttemptForAPartitionP11() {
        Seeds.forEach(15, seed -> {
            World world = new World(seed, 0.0);
            world.play(EnumSet.of(Kind.PARTITION, Kind.HALF_OPEN, Kind.SEVER, Kind.PAUSE));
            assertEquals(
                    List.of(), world.jobs.all().stream().filter(Jobs.Job::dead).toList());
        });
    }

    @Test
    void shouldLoseNothingToTenMinutesOfPartitionP11() {
        Seeds.forEach(5, seed -> {
            World world = new World(seed, 0.0);
            try (Sim sim = world.sim) {
                world.begin();
                world.push(200);
                sim.run(Duration.ofMillis(20));
                world.workers.forEach(w -> sim.partition(world.senders.get(0), w));
                world.push(50);
                sim.run(Duration.ofMinutes(10));
                sim.heal();
                world.finish("");
                assertEquals(
                        List.of(),
                        world.jobs.all().stream().filter(Jobs.Job::dead).toList());
            }
        });
    }

    /** Senders that stay, and workers that do not. */
    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private final Jobs jobs;
        private final double failing;
        private final List<Node> senders = new ArrayList<>();
        private final List<Node> workers = new ArrayList<>();

        World(long seed, double failing) {
            sim = Sim.seeded(seed).delivery(Reliability.inMemory());
            chance = sim.chance().split();
            jobs = new Jobs(sim);
            this.failing = failing;
        }

        void begin() {
            for (int i = 0; i < 1 + chance.nextInt(2); i++) {
                senders.add(sim.node("s" + i));
            }
            for (int i = 0; i < 2 + chance.nextInt(4); i++) {
                Node worker = sim.node("w" + i);
                workers.add(worker);
                work(worker);
            }
            int expected = workers.size();
            senders.forEach(s -> s.pusher(Jobs.QUEUE).awaitWorkers(expected, Duration.ofSeconds(30)));
        }

        private void work(Node worker) {
            QueueReader<String> reader =
                    Jobs.QUEUE.concurrency(1 + chance.nextInt(4)).maxHandlerTime(Duration.ofMinutes(1));
            if (chance.chance(0.3)) {
                worker.pullAsync(reader, m -> later(worker, jobs.started(m)));
            } else {
                worker.pull(reader, m -> {
                    Jobs.Job job = jobs.started(m);
                    if (chance.chance(0.3)) {
                        sim.run(Duration.ofMillis(chance.nextInt(chance.chance(0.05) ? 20_000 : 200)));
                    }
                    end(job);
                });
            }
        }

        private CompletionStage<?> later(Node worker, Jobs.Job job) {
            CompletableFuture<Object> done = new CompletableFuture<>();
            sim.after(worker, Duration.ofMillis(chance.nextInt(300)), () -> {
                try {
                    end(job);
                    done.complete(job);
                } catch (IllegalStateException e) {
                    done.completeExceptionally(e);
                }
            });
            return done;
        }

        private void end(Jobs.Job job) {
            if (chance.chance(failing)) {
                jobs.failed(job);
                throw new IllegalStateException("not this time");
            }
            jobs.done(job);
        }

        void push(int count) {
            for (int i = 0; i < count; i++) {
                Node sender = senders.get(chance.nextInt(senders.size()));
                String key = chance.chance(0.5) ? null : "k" + chance.nextInt(6);
                sim.after(sender, Duration.ofMillis(chance.nextInt(20_000)), () -> jobs.push(sender, key));
            }
        }

        void play(Set<Kind> kinds) {
            try (sim) {
                begin();
                push(150);
                Set<Kind> links = EnumSet.copyOf(kinds);
                links.removeAll(EnumSet.of(Kind.CRASH, Kind.POWER_CUT));
                Mishaps deaths = deaths(kinds);
                Mishaps others = new Mishaps(sim, () -> {
                    List<Node> all = new ArrayList<>(senders);
                    all.addAll(workers);
                    return all;
                });
                if (!links.isEmpty()) {
                    others.of(links).begin();
                }
                sim.run(Duration.ofSeconds(21));
                others.end();
                deaths.end();
                finish(others + "\n" + deaths);
            }
        }

        /** Workers die and come back, now and then with one more, or one leaves in order. */
        private Mishaps deaths(Set<Kind> kinds) {
            Set<Kind> deadly = EnumSet.copyOf(kinds);
            deadly.retainAll(EnumSet.of(Kind.CRASH, Kind.POWER_CUT));
            Mishaps deaths = new Mishaps(sim, () -> workers).every(Duration.ofSeconds(2));
            if (!deadly.isEmpty()) {
                deaths.of(deadly).onDeath(this::replace).begin();
            }
            return deaths;
        }

        private void replace(Node dead) {
            workers.remove(dead);
            sim.after(Duration.ofMillis(chance.nextInt(3_000)), () -> {
                Node again = sim.restart(dead);
                workers.add(again);
                work(again);
            });
        }

        void finish(String story) {
            boolean over = sim.runUntil(jobs::allOver, LIMIT);
            assertTrue(over, () -> jobs.audit() + "\n" + senders.get(0).explain("jobs") + "\n" + story);
            assertEquals(List.of(), jobs.audit(), story);
        }
    }
}
