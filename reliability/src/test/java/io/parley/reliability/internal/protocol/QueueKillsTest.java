package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.channel.RetryPolicy;
import io.parley.core.wire.Settle.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A RELIABLE queue, whose workers are killed again and again while its sender lives: P1. */
@Timeout(60)
class QueueKillsTest {
    static LongStream seeds() {
        return Chance.seeds(3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldLoseNothingThroughTwoHundredKillsOver100000Messages(long seed) {
        Chance chance = new Chance(seed);
        QueueWorld world = new QueueWorld(seed);
        QueueWorld.Sender sender = world.sender(new RetryPolicy(5, 1_000, Duration.ofMillis(1), Duration.ofMillis(1)));
        for (int i = 0; i < 4; i++) {
            world.worker(1 + chance.below(4)).attach();
        }
        Map<String, Integer> runs = new HashMap<>();
        for (int round = 0; round < 200; round++) {
            sender.append(500);
            for (int step = chance.below(40); step > 0; step--) {
                world.flow();
                world.now += 1_000;
                QueueWorld.Worker worker = world.workers.get(chance.below(4));
                worker.end(Outcome.DONE);
            }
            QueueWorld.Worker victim = world.workers.get(chance.below(4));
            count(runs, victim);
            victim.die();
            victim.restart();
        }
        world.finish();
        world.pass(Duration.ofSeconds(1));
        world.finish();
        world.workers.forEach(w -> count(runs, w));
        List<Long> completed = new ArrayList<>(sender.heard.completed);
        completed.sort(Long::compare);
        assertEquals(LongStream.rangeClosed(1, 100_000).boxed().toList(), completed);
        assertEquals(0, sender.heard.dead.size());
        assertEquals(Map.of(), runs, "twice in one process");
    }

    /** Notes which messages a process began more than once. */
    private static void count(Map<String, Integer> runs, QueueWorld.Worker worker) {
        Map<Long, Integer> began = new HashMap<>();
        worker.ran().forEach(lsn -> began.merge(lsn, 1, Integer::sum));
        began.forEach((lsn, n) -> {
            if (n > 1) {
                runs.put(worker.peer + " " + lsn, n);
            }
        });
    }
}
