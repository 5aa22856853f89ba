package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Pusher;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Flush;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
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

/** DURABLE queues over the real journal, on simulated disks: what JOURNALED was said of is processed. */
@Timeout(600)
class DurableQueueSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8())
            .durable()
            .capacity(16 << 20)
            .retry(new RetryPolicy(1_000, 1_000, Duration.ofMillis(10), Duration.ofSeconds(1)));

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
    void shouldHaveWorkDoneAtOnceByTheProcessThatSentIt() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node before = node(sim, "a");
                before.pusher(JOBS).send("old");
                sim.cutPower(before);
                Node again = sim.restart(before);
                List<String> done = new ArrayList<>();
                again.pusher(JOBS);
                again.pull(JOBS, m -> done.add(m.value()));
                assertTrue(sim.runUntil(() -> done.contains("old"), Duration.ofSeconds(1)), () -> "" + done);
                again.pusher(JOBS).send("new");
                assertTrue(sim.runUntil(() -> done.contains("new"), Duration.ofSeconds(1)), () -> "" + done);
            }
        });
    }

    @Test
    void shouldHaveAllDoneThatWasJournaledWhoeverDiesP1() {
        Seeds.forEach(20, seed -> new World(seed, Flush.ALWAYS).play(100, 30, "one", "other"));
    }

    @Test
    void shouldHaveDoneWhatTheNextRunsGaveTheSameNumbersAfterPowerCutsP7() {
        Seeds.forEach(10, seed -> new World(seed, Flush.OS).play(100, 20, "one", "other"));
        Seeds.forEach(10, seed -> new World(seed, Flush.every(Duration.ofMillis(200))).play(100, 20, "one", "other"));
    }

    @Test
    void shouldRunNothingAgainThatWasDoneWhileItsSenderWasAwayP24() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node sender = node(sim, "sender");
                Node worker = sim.node("worker", builder -> builder.delivery(Reliability.inMemory()));
                List<String> done = new ArrayList<>();
                worker.pull(JOBS.concurrency(20), m -> {
                    sim.run(Duration.ofMillis(sim.chance().nextInt(200)));
                    done.add(m.value());
                });
                sender.pusher(JOBS).awaitWorkers(1, LIMIT);
                for (int i = 0; i < 60; i++) {
                    sender.pusher(JOBS).send("job " + i);
                }
                sim.run(Duration.ofMillis(sim.chance().nextInt(300)));
                sim.partition(sender, worker);
                sim.run(Duration.ofMillis(300)); // what it holds is done, and the answers are on their way
                sim.crash(sender);
                Node again = sim.restart(sender);
                again.pusher(JOBS);
                sim.heal();
                assertTrue(sim.runUntil(() -> done.size() >= 60, LIMIT), () -> "" + done);
                again.pusher(JOBS).flush(Stage.PROCESSED, LIMIT);
                assertEquals(60, done.size(), () -> "done twice: " + done);
            }
        });
    }

    /** Two workers that die as their sender does. */
    static final class World extends DurableWorld {
        private final Set<MessageId> unmarked = new HashSet<>();

        World(long seed, Flush flush) {
            super(seed, flush);
        }

        @Override
        Pusher<String> sending(Node node) {
            return node.pusher(JOBS);
        }

        @Override
        Outgoing<String> outgoing(String value) {
            Outgoing<String> message = Outgoing.of(value);
            return chance.chance(0.5) ? message.key("k" + chance.nextInt(20)) : message;
        }

        @Override
        Node receiver(String name) {
            return sim.node(name, builder -> builder.delivery(Reliability.inMemory()));
        }

        @Override
        void receive(Node node, Process process) {
            node.pull(JOBS.concurrency(5), m -> {
                // one that was first to be given it may begin last, when it stood still meanwhile
                if (!m.redelivered() && m.attempt() == 1 && !unmarked.add(m.id())) {
                    wrong(m + " is given again without a mark");
                }
                if (chance.chance(0.02)) {
                    sim.run(Duration.ofMillis(chance.nextInt(300)));
                }
                if (chance.chance(0.05)) {
                    throw new IllegalStateException("not this time");
                }
                process.done(m);
            });
        }
    }
}
