package io.parley.testkit.seeded;

import io.parley.core.spi.Entropy;

/**
 * Chance that can be had again: the same seed gives the same numbers. The sequence is SplitMix64 (Steele, Lea, Flood:
 * Fast Splittable Pseudorandom Number Generators, 2014), written out here because the algorithms of the JDK may change.
 * Not for identities outside tests: it can be guessed. Any thread, though only one thread gives the same run again.
 */
public final class SeededEntropy implements Entropy {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    /** Begins the sequence of this seed. */
    public SeededEntropy(long seed) {
        this.state = seed;
    }

    @Override
    public synchronized long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /**
     * A number from 0 up to, not including, the bound.
     *
     * @throws IllegalArgumentException when the bound is not positive
     */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound=" + bound + ", expected > 0");
        }
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** A number from {@code low} to {@code high}, both included. */
    public long nextBetween(long low, long high) {
        if (low > high) {
            throw new IllegalArgumentException("low=" + low + " is above high=" + high);
        }
        long span = high - low + 1;
        return span <= 0 ? nextLong() : low + Long.remainderUnsigned(nextLong(), span);
    }

    /** True with this probability, 0 to 1. */
    public boolean chance(double probability) {
        return (nextLong() >>> 11) * 0x1.0p-53 < probability;
    }

    /** Another source whose numbers do not depend on how many are drawn from this one afterwards. */
    public SeededEntropy split() {
        return new SeededEntropy(mix(nextLong() ^ GOLDEN));
    }

    private static long mix(long from) {
        long z = (from ^ (from >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
