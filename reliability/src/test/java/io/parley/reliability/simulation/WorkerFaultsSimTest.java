package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.WorkQueue;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that hang, die of a message, or are taken for dead. */
@Timeout(600)
class WorkerFaultsSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private final WorkQueue<String> queue = queue();

    /** The queue that they work for. */
    WorkQueue<String> queue() {
        return Jobs.QUEUE;
    }

    /** Opens a node that can be the queue's sender, or a worker. */
    Node node(Sim sim, String name) {
        return sim.node(name, builder -> builder.delivery(Reliability.inMemory()));
    }

    private static void finish(Sim sim, Jobs jobs, Node sender) {
        assertTrue(
                sim.runUntil(jobs::allOver, LIMIT),
                () -> jobs.audit() + "\n" + sender.explain("jobs") + sim.events(sender));
        assertEquals(List.of(), jobs.audit());
    }

    @Test
    void shouldLetTheFirstDoneWinWhenAZombieComesBackP8() {
        Seeds.forEach(25, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Jobs jobs = new Jobs(sim, queue);
                Node sender = node(sim, "s");
                Node zombie = node(sim, "zombie");
                Node heir = node(sim, "heir");
                long zombieTakes = sim.chance().nextBetween(1, 30_000);
                long heirTakes = sim.chance().nextBetween(1, 30_000);
                List<Long> ends = new ArrayList<>();
                for (Node worker : List.of(zombie, heir)) {
                    long millis = worker == zombie ? zombieTakes : heirTakes;
                    worker.pull(queue, m -> {
                        Jobs.Job job = jobs.started(m);
                        sim.run(Duration.ofMillis(millis));
                        jobs.done(job);
                        ends.add(sim.nanos());
                    });
                    if (worker == zombie) {
                        sender.pusher(queue).awaitWorkers(1, LIMIT);
                        jobs.push(sender, "k");
                        jobs.push(sender, "k");
                        sim.run(Duration.ofMillis(100));
                    }
                }
                sender.pusher(queue).awaitWorkers(2, LIMIT);
                sim.partition(sender, zombie);
                sim.run(Duration.ofSeconds(sim.chance().nextBetween(0, 40)));
                sim.heal();
                finish(sim, jobs, sender);
                sim.run(Duration.ofMinutes(2));
                assertTrue(ends.size() <= 4, () -> ends.size() + " runs of two messages by two workers");
            }
        });
    }

    @Test
    void shouldNotWaitForTheHeirWhenTheZombieWasFirstP8() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Jobs jobs = new Jobs(sim, queue);
                Node sender = node(sim, "s");
                Node zombie = node(sim, "zombie");
                work(sim, zombie, jobs, Duration.ofSeconds(15));
                sender.pusher(queue).awaitWorkers(1, LIMIT);
                jobs.push(sender, null);
                sim.run(Duration.ofMillis(100));
                work(sim, node(sim, "heir"), jobs, Duration.ofMinutes(5));
                sender.pusher(queue).awaitWorkers(2, LIMIT);
                sim.partition(sender, zombie);
                sim.run(Duration.ofSeconds(20));
                assertEquals(2, jobs.all().get(0).starts());
                sim.heal();
                assertTrue(sim.runUntil(jobs::allOver, Duration.ofSeconds(20)), () -> "" + jobs.audit());
                sim.run(Duration.ofMinutes(10));
                assertEquals(List.of(), jobs.audit());
            }
        });
    }

    private void work(Sim sim, Node worker, Jobs jobs, Duration takes) {
        worker.pull(queue, m -> {
            Jobs.Job job = jobs.started(m);
            sim.run(takes);
            jobs.done(job);
        });
    }

    @Test
    void shouldKeepTheNewHoldersLeaseWhenAFalselyLostWorkerAnswersLateP26() {
        Seeds.forEach(25, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Jobs jobs = new Jobs(sim, queue);
                Node sender = node(sim, "s");
                Node stopped = node(sim, "stopped");
                stopped.pull(queue, m -> {
                    Jobs.Job job = jobs.started(m);
                    sim.run(Duration.ofSeconds(sim.chance().nextBetween(1, 60)));
                    jobs.failed(job);
                    throw new IllegalStateException("late word of a zombie");
                });
                sender.pusher(queue).awaitWorkers(1, LIMIT);
                Jobs.Job job = jobs.push(sender, null);
                sim.run(Duration.ofMillis(500));
                Node heir = node(sim, "heir");
                List<String> runs = new ArrayList<>();
                heir.pull(queue, m -> {
                    Jobs.Job same = jobs.started(m);
                    runs.add("attempt " + m.attempt());
                    sim.run(Duration.ofSeconds(40));
                    jobs.done(same);
                });
                sender.pusher(queue).awaitWorkers(2, LIMIT);
                sim.pauseProcess(stopped, Duration.ofSeconds(sim.chance().nextBetween(11, 30)));
                finish(sim, jobs, sender);
                sim.run(Duration.ofMinutes(1));
                assertEquals(1, runs.size(), () -> "the heir was disturbed: " + runs);
                assertTrue(job.starts() <= 2, job::toString);
            }
        });
    }

    @Test
    void shouldBuryPoisonAfterFiveDeathsAndSpareItsNeighboursP9() {
        Seeds.forEach(25, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Jobs jobs = new Jobs(sim, queue);
                Node sender = node(sim, "s");
                Jobs.Job[] poison = new Jobs.Job[1];
                for (int i = 0; i < 1 + sim.chance().nextInt(3); i++) {
                    workUntilPoisoned(sim, node(sim, "w" + i), jobs, poison);
                }
                sender.pusher(queue).awaitWorkers(1, LIMIT);
                int place = sim.chance().nextInt(30);
                for (int i = 0; i < 30; i++) {
                    Jobs.Job job = jobs.push(sender, sim.chance().chance(0.5) ? null : "k" + i % 3);
                    poison[0] = i == place ? job : poison[0];
                }
                assertTrue(sim.runUntil(jobs::allOver, LIMIT), () -> "" + jobs.audit() + sim.events(sender));
                assertEquals(List.of(), jobs.audit());
                assertTrue(poison[0].dead(), () -> "" + poison[0]);
                assertEquals(5, poison[0].starts(), () -> "" + poison[0]);
                assertEquals(1, jobs.all().stream().filter(Jobs.Job::dead).count());
            }
        });
    }

    /** Works, now and then slowly, and takes its process along when it gets the poison; then a new process works on. */
    private void workUntilPoisoned(Sim sim, Node worker, Jobs jobs, Jobs.Job[] poison) {
        worker.pull(queue.concurrency(1 + sim.chance().nextInt(3)), m -> {
            Jobs.Job job = jobs.started(m);
            if (sim.chance().chance(0.3)) {
                sim.run(Duration.ofMillis(sim.chance().nextInt(2_000)));
            }
            if (job == poison[0]) {
                // the loop has its turn before the process dies: a start that nobody heard of cannot be blamed
                sim.run(Duration.ofMillis(50));
                sim.after(Duration.ofMillis(sim.chance().nextBetween(1, 3_000)), () -> {
                    Node again = sim.restart(worker);
                    workUntilPoisoned(sim, again, jobs, poison);
                });
                sim.crash(worker);
                sim.run(Duration.ofDays(1));
            }
            jobs.done(job);
        });
    }

    @Test
    void shouldMakeADeadLetterOfAMessageWhoseHandlerHangsP28() {
        Seeds.forEach(20, seed -> hang(seed, Ears.OPEN));
    }

    @Test
    void shouldMakeADeadLetterOfAMessageWhoseHandlerHearsNoInterruptP28() {
        Seeds.forEach(20, seed -> hang(seed, Ears.DEAF));
    }

    private enum Ears {
        OPEN,
        DEAF
    }

    private void hang(long seed, Ears ears) {
        try (Sim sim = Sim.seeded(seed)) {
            Jobs jobs = new Jobs(sim, queue);
            Node sender = node(sim, "s");
            Jobs.Job[] hanging = new Jobs.Job[1];
            for (int i = 0; i < 2; i++) {
                node(sim, "w" + i).pull(queue.concurrency(4).maxHandlerTime(Duration.ofSeconds(5)), m -> {
                    Jobs.Job job = jobs.started(m);
                    if (job == hanging[0]) {
                        jobs.failed(job);
                        hangForEver(sim, ears);
                    }
                    jobs.done(job);
                });
            }
            sender.pusher(queue).awaitWorkers(2, LIMIT);
            for (int i = 0; i < 20; i++) {
                Jobs.Job job = jobs.push(sender, null);
                hanging[0] = i == 7 ? job : hanging[0];
            }
            finish(sim, jobs, sender);
            assertTrue(hanging[0].dead());
            assertEquals(1, jobs.all().stream().filter(Jobs.Job::dead).count());
        }
    }

    private static void hangForEver(Sim sim, Ears ears) {
        while (true) {
            try {
                sim.run(Duration.ofDays(1));
            } catch (ParleyException interrupted) {
                if (ears == Ears.OPEN) {
                    throw interrupted;
                }
                Thread.interrupted();
            }
        }
    }
}
