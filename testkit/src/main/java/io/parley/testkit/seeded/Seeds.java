package io.parley.testkit.seeded;

import java.lang.StackWalker.StackFrame;
import java.util.function.LongConsumer;

/**
 * Runs a scenario with many seeds, and says which one failed and how to repeat it. {@code -Dparley.seeds=N} sets how many,
 * {@code -Dparley.seed=S} runs one alone.
 */
public final class Seeds {
    private Seeds() {}

    /**
     * Runs the scenario with the seeds 1 to {@code count}, one after the other, on the calling thread, until one fails.
     *
     * @param count how many, unless {@code parley.seeds} is set
     * @throws AssertionError that names the seed and has the failure as its cause
     */
    public static void forEach(int count, LongConsumer scenario) {
        Long alone = Long.getLong("parley.seed");
        if (alone != null) {
            run(alone, scenario);
            return;
        }
        int last = Integer.getInteger("parley.seeds", count);
        for (long seed = 1; seed <= last; seed++) {
            run(seed, scenario);
        }
    }

    private static void run(long seed, LongConsumer scenario) {
        try {
            scenario.accept(seed);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " failed: " + e.getMessage() + "\n    to repeat: mvn test -Dtest=" + caller()
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dparley.seed=" + seed,
                    e);
        }
    }

    private static String caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> frame.getDeclaringClass() != Seeds.class)
                        .findFirst()
                        .map(Seeds::name)
                        .orElse("?"));
    }

    private static String name(StackFrame frame) {
        String type = frame.getDeclaringClass().getSimpleName();
        return type + "#" + frame.getMethodName();
    }
}
