package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Entropy;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Chance from a seed. */
final class Chance implements Entropy {
    private final SplittableRandom random;

    Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The seeds 1 to {@code count}; with {@code parley.seeds} so many, with {@code parley.seed} that one. */
    static LongStream seeds(int count) {
        Long alone = Long.getLong("parley.seed");
        return alone != null
                ? LongStream.of(alone)
                : LongStream.rangeClosed(1, Integer.getInteger("parley.seeds", count));
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
