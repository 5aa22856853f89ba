package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.WorkQueue;
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

/** A worker that has been silent for three seconds gets no new work until it is heard again. */
@Timeout(600)
class SuspectWorkerSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final WorkQueue<String> RELIABLE = WorkQueue.of("jobs", Codec.utf8());

    private static final Comparator<String> SHORTEST_FIRST =
            Comparator.comparing(String::length).thenComparing(job -> job);

    @Test
    void shouldGiveReliableWorkToTheOtherWorkerP11() {
        Seeds.forEach(20, seed -> play(seed, RELIABLE));
    }

    @Test
    void shouldGiveBestEffortWorkToTheOtherWorkerP11() {
        Seeds.forEach(20, seed -> play(seed, RELIABLE.bestEffort()));
    }

    private static void play(long seed, WorkQueue<String> queue) {
        try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
            Node sender = sim.node("sender");
            List<String> silent = new ArrayList<>();
            List<String> heard = new ArrayList<>();
            Node mute = sim.node("mute");
            mute.pull(queue, m -> silent.add(m.value()));
            Node other = sim.node("other");
            other.pull(queue, m -> heard.add(m.value()));
            sender.pusher(queue).awaitWorkers(2, LIMIT);
            sim.run(Duration.ofMillis(sim.chance().nextInt(3_000)));

            sim.partition(sender, mute);
            sim.run(Duration.ofMillis(4_100)); // heard a second ago at the earliest when it fell silent
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                expected.add("job " + i);
                sender.pusher(queue).send("job " + i);
                sim.run(Duration.ofMillis(sim.chance().nextInt(40)));
            }
            sim.run(Duration.ofSeconds(1));
            assertEquals(expected, heard.stream().sorted(SHORTEST_FIRST).toList());
            sim.heal();
            sim.run(Duration.ofSeconds(1));
            other.close();
            sender.pusher(queue).send("more");
            sim.runUntil(() -> silent.contains("more"), LIMIT);
            assertTrue(silent.contains("more"), "nothing for the worker that is back");
            assertEquals(
                    List.of(),
                    silent.stream().filter(job -> !job.equals("more")).toList());
        }
    }
}
