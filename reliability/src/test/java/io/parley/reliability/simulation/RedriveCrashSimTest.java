package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DeadLettersSimTest.JOBS;
import static io.parley.reliability.simulation.DeadLettersSimTest.fail;
import static io.parley.reliability.simulation.DeadLettersSimTest.ids;
import static io.parley.reliability.simulation.DeadLettersSimTest.sender;
import static io.parley.reliability.simulation.DeadLettersSimTest.until;
import static io.parley.reliability.simulation.DeadLettersSimTest.values;
import static io.parley.reliability.simulation.DeadLettersSimTest.worker;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ParleyException;
import io.parley.testkit.Sim;
import io.parley.testkit.log.FaultyStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender loses its power while it sends a dead letter again, at each of its acts on disk, one after the other. */
@Timeout(60)
class RedriveCrashSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Test
    void shouldLoseNothingWhenItDiesWhileItRedrivesP32() {
        int act = 1;
        while (diesWhileItRedrives(act)) {
            act++;
        }
        assertTrue(act > 3, "it dies at none of what a redrive does on disk");
    }

    /** Whether the disk still had so many acts to do; with that it loses its power. */
    private static boolean diesWhileItRedrives(int act) {
        try (Sim sim = Sim.seeded(act)) {
            Node a = sender(sim);
            a.pusher(JOBS).send("job");
            boolean[] able = {false};
            List<String> done = new ArrayList<>();
            worker(sim).pull(JOBS, m -> {
                if (!able[0]) {
                    fail(m);
                }
                done.add(m.value());
            });
            assertTrue(sim.runUntil(() -> a.deadLetters(JOBS).count() == 1, LIMIT));
            able[0] = true;
            MessageId id = ids(a.deadLetters(JOBS)).get(0);
            sim.run(Duration.ofSeconds(1)); // all that was due was written
            FaultyStorage disk = sim.disk("sender").files();
            disk.dieAt(disk.acts() + act);
            try {
                a.deadLetters(JOBS).redrive(id);
            } catch (ParleyException dead) {
                assertTrue(disk.isDead(), dead::toString);
            }
            sim.run(Duration.ofSeconds(1));
            boolean died = disk.isDead();
            sim.cutPower(a);
            Node again = sim.restart(a);
            again.pusher(JOBS);
            String what = "neither sent nor dead, having died at act " + act;
            assertTrue(until(sim, () -> !done.isEmpty() || values(again).contains("job")), what);
            return died;
        }
    }
}
