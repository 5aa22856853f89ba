package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Entropy;
import java.util.SplittableRandom;

/** Chance from a seed. */
final class Chance implements Entropy {
    private final SplittableRandom random;

    Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
