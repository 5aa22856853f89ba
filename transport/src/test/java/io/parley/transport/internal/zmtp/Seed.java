package io.parley.transport.internal.zmtp;

/** The seed of a randomised test: {@code -Dparley.seed=N} repeats a run. Printed, so that a failure can be repeated. */
final class Seed {
    private Seed() {}

    static long next(String what) {
        long seed = Long.getLong("parley.seed", System.nanoTime());
        System.out.println(what + ": seed " + seed);
        return seed;
    }

    /** How many cases to run: {@code -Dparley.seeds=F} multiplies them. */
    static int scaled(int cases) {
        return Math.multiplyExact(cases, Integer.getInteger("parley.seeds", 1));
    }
}
