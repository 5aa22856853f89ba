package io.parley.testkit.simulation;

import io.parley.testkit.seeded.Repeats;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A seed is the same run in every JVM. */
@Timeout(300)
class RepeatedSimTest {
    private static final int SEEDS = 5;

    @Test
    void shouldPlayASeedAlikeInEveryJvm() throws IOException, InterruptedException {
        Repeats.check(RepeatedSimTest.class);
    }

    /** Prints of each seed what was sent in it. */
    public static void main(String[] arguments) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            System.out.println(seed + ": " + Long.toHexString(new FuzzSimTest().play(seed)));
        }
        System.exit(0);
    }
}
