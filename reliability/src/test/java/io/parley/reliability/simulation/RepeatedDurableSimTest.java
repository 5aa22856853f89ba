package io.parley.reliability.simulation;

import io.parley.core.channel.Flush;
import io.parley.testkit.seeded.Repeats;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A seed is the same run in every JVM, with journals too. */
@Timeout(300)
class RepeatedDurableSimTest {
    private static final int SEEDS = 3;

    @Test
    void shouldPlayASeedAlikeInEveryJvm() throws IOException, InterruptedException {
        Repeats.check(RepeatedDurableSimTest.class);
    }

    /** Prints of each seed what was sent in it. */
    public static void main(String[] arguments) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            DurableTopicSimTest.World topic = new DurableTopicSimTest.World(seed, Flush.ALWAYS);
            topic.play(100, 20, "reader", "other");
            DurableQueueSimTest.World queue = new DurableQueueSimTest.World(seed, Flush.ALWAYS);
            queue.play(100, 20, "one", "other");
            System.out.println(
                    seed + ": " + Long.toHexString(topic.fingerprint()) + " " + Long.toHexString(queue.fingerprint()));
        }
        System.exit(0);
    }
}
