package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Flush;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What JOURNALED says under each policy of forcing: a kill takes nothing back, a power cut no more than the policy says. */
@Timeout(120)
class FlushSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration EVERY = Duration.ofMillis(200);
    /** A force takes a moment, and one may be under way. */
    private static final Duration SLACK = Duration.ofMillis(60);

    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable().capacity(4 << 20);

    /** How a run ends. */
    private enum End {
        KILL,
        POWER_CUT
    }

    /** Sends, crashes, sends, and has all of it done; returns what was journaled so long before the crash, and is missing. */
    private static Set<String> missing(long seed, Flush flush, End end) {
        try (Sim sim = Sim.seeded(seed)) {
            Node a = sim.node(
                    "a", builder -> builder.delivery(Journal.over(sim.disk("a")).flush(flush)));
            Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
            Map<String, Long> journaledAt = new LinkedHashMap<>();
            for (int i = 0; i < 60; i++) {
                String job = "first " + i;
                CompletableFuture<Receipt> receipt = a.pusher(JOBS).sendAsync(Outgoing.of(job), Stage.JOURNALED);
                receipts.put(job, receipt);
                sim.run(Duration.ofMillis(sim.chance().nextBetween(1, 20)));
                receipts.forEach((sent, r) -> {
                    if (r.isDone() && !r.isCompletedExceptionally()) {
                        journaledAt.putIfAbsent(sent, sim.nanos());
                    }
                });
            }
            long crashed = sim.nanos();
            crash(sim, a, end);
            Node again = sim.restart(a);
            again.pusher(JOBS).send("second");
            Set<String> done = new HashSet<>();
            Map<String, Integer> runs = new LinkedHashMap<>();
            Node worker = sim.node("b", builder -> builder.delivery(Journal.over(sim.disk("b"))));
            worker.pull(JOBS, m -> {
                done.add(m.value());
                runs.merge(m.value(), 1, Integer::sum);
            });
            assertTrue(sim.runUntil(() -> done.contains("second"), LIMIT));
            sim.run(Duration.ofSeconds(2));
            assertTrue(runs.values().stream().allMatch(n -> n == 1), () -> "run twice: " + runs);
            Set<String> missing = new HashSet<>(journaledAt.keySet());
            missing.removeAll(done);
            long safe = crashed - EVERY.plus(SLACK).toNanos();
            missing.removeIf(
                    job -> flush.equals(Flush.every(EVERY)) && end == End.POWER_CUT && journaledAt.get(job) > safe);
            return missing;
        }
    }

    private static void crash(Sim sim, Node node, End end) {
        if (end == End.KILL) {
            sim.crash(node);
        } else {
            sim.cutPower(node);
        }
    }

    @Test
    void shouldTakeNothingBackInAKillWhateverThePolicy() {
        Seeds.forEach(8, seed -> {
            for (Flush flush : List.of(Flush.ALWAYS, Flush.every(EVERY), Flush.OS)) {
                assertEquals(Set.of(), missing(seed, flush, End.KILL), flush.toString());
            }
        });
    }

    @Test
    void shouldTakeBackInAPowerCutNoMoreThanThePolicySays() {
        boolean[] osLoses = {false};
        Seeds.forEach(8, seed -> {
            assertEquals(Set.of(), missing(seed, Flush.ALWAYS, End.POWER_CUT), "ALWAYS");
            assertEquals(Set.of(), missing(seed, Flush.every(EVERY), End.POWER_CUT), "EVERY");
            osLoses[0] |= !missing(seed, Flush.OS, End.POWER_CUT).isEmpty();
        });
        assertTrue(osLoses[0], "OS forces: the simulated power cut takes nothing, and the test shows nothing");
    }
}
