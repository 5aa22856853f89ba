package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.reliability.internal.journal.LogSurvey;
import io.parley.testkit.Sim;
import io.parley.testkit.log.FaultyStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a queue whose sender's disk has damaged messages, or what it knew of them. */
@Timeout(120)
class DamagedQueueSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int COUNT = 400; // in files that are long sealed, and not looked at when the journal is opened
    private static final String LOG = "log-queue-jobs";
    private static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8())
            .durable()
            .capacity(1 << 20)
            .retry(new RetryPolicy(100, 5, Duration.ofSeconds(1), Duration.ofSeconds(1)));

    private final Set<String> done = new TreeSet<>();

    private static Node sender(Sim sim) {
        Node a = node(sim, "a");
        for (int i = 0; i < COUNT; i++) {
            a.pusher(JOBS).send("m" + i + "." + "x".repeat(1_500));
        }
        return a;
    }

    private void work(Node node) {
        node.pull(JOBS, m -> done.add(name(m.value())));
    }

    private static String name(String value) {
        return value.substring(0, value.indexOf('.') + 1);
    }

    @Test
    void shouldTellItsSenderOfWhatCannotBeReadAndGoOnWithTheRestP16() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = sender(sim);
            sim.crash(a);
            damage(sim.disk("a").files(), LOG, "m7.");
            Node again = sim.restart(a);
            again.pusher(JOBS);
            assertEquals(0, damaged(again), "nothing was read yet");
            work(node(sim, "b"));

            again.pusher(JOBS).flush(Stage.PROCESSED, LIMIT);

            assertEquals(COUNT - 1, done.size());
            assertFalse(done.contains("m7."));
            assertEquals(1, damaged(again));
            sim.run(Duration.ofSeconds(5));
            assertEquals(1, files(sim).size(), "what is done with takes room: " + files(sim));
            assertTrue(sim.disk("a").files().trace().stream().anyMatch(act -> act.contains("quarantine/")));
        }
    }

    @Test
    void shouldNotWaitForWhatWasLastAndCannotBeReadP16() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = sender(sim);
            a.close(); // says that all of it was forced
            damage(sim.disk("a").files(), LOG, "m" + (COUNT - 1) + ".");
            Node again = sim.restart(a);
            again.pusher(JOBS);
            assertEquals(1, damaged(again));
            work(node(sim, "b"));

            again.pusher(JOBS).flush(Stage.PROCESSED, LIMIT);

            assertEquals(COUNT - 1, done.size());
        }
    }

    @Test
    void shouldKeepWhatWaitsBesideWhatWasDoneAndDamagedAndTakenOutP16() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = sender(sim);
            Node b = node(sim, "b");
            b.pull(JOBS, m -> {
                if (name(m.value()).equals("m20.")) {
                    throw new IllegalStateException("not yet");
                }
                done.add(name(m.value()));
            });
            assertTrue(sim.runUntil(() -> done.size() == COUNT - 1, LIMIT));
            sim.run(Duration.ofSeconds(1));
            sim.crash(b);
            sim.crash(a);
            FaultyStorage disk = sim.disk("a").files();
            damage(disk, LOG, "m10.");
            assertEquals(1, new LogSurvey(disk, LOG).repair().damages().size());
            Node again = sim.restart(a);
            again.pusher(JOBS);
            work(node(sim, "c"));

            assertTrue(sim.runUntil(() -> done.contains("m20."), LIMIT), "it is lost");
            again.pusher(JOBS).flush(Stage.PROCESSED, LIMIT);
            sim.run(Duration.ofSeconds(5));
            assertEquals(1, files(sim).size(), "what is done with takes room: " + files(sim));
        }
    }

    @Test
    void shouldTellOfDamageToWhatItKnewOfItsMessagesP16() {
        try (Sim sim = Sim.seeded(4)) {
            Node a = sender(sim);
            Node b = node(sim, "b");
            List<String> tried = new ArrayList<>();
            b.pull(JOBS, m -> {
                tried.add(name(m.value()));
                throw new IllegalStateException("cause " + "y".repeat(400));
            });
            assertTrue(sim.runUntil(() -> tried.size() > 2 * COUNT, LIMIT)); // more than one file of entries
            sim.crash(b);
            sim.run(Duration.ofSeconds(20));
            sim.crash(a);
            damage(sim.disk("a").files(), "ledger-queue-jobs.0000000000000001", "cause");
            Node again = sim.restart(a);
            again.pusher(JOBS);
            assertTrue(damaged(again) > 0, "nobody is told");
            work(node(sim, "c"));
            assertTrue(sim.runUntil(() -> done.size() == COUNT, LIMIT), () -> done.size() + " done");
        }
    }

    private static long damaged(Node node) {
        return node.counters().getOrDefault(Happening.JOURNAL_DAMAGED, 0L);
    }

    private static List<String> files(Sim sim) {
        return sim.disk("a").files().list().stream()
                .filter(name -> name.startsWith(LOG) && name.endsWith(".log"))
                .toList();
    }

    private static void damage(FaultyStorage disk, String log, String text) {
        ByteBuffer wanted = ByteBuffer.wrap(text.getBytes(UTF_8));
        for (String name : disk.list()) {
            ByteBuffer bytes = disk.open(name).view();
            for (int at = 0; name.startsWith(log) && at < bytes.capacity() - wanted.capacity(); at++) {
                if (bytes.slice(at, wanted.capacity()).equals(wanted)) {
                    disk.flip(name, at, 0);
                    return;
                }
            }
        }
        throw new AssertionError(text + " is in no file");
    }
}
