package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

/**
 * Times that were measured, and what is promised of them. With {@code -Dparley.long=true} tests measure often enough for a
 * percentile to mean something, on a machine that does nothing else, and hold the promise; else they run among other work,
 * and hold its order of magnitude.
 */
final class Figures {
    /** Whether tests take their time. */
    static final boolean LONG = Boolean.getBoolean("parley.long");

    private static final int AMONG_OTHER_WORK = 5;

    private Figures() {}

    /** What holds here of a limit that is promised. */
    static Duration slack(Duration promised) {
        return LONG ? promised : promised.multipliedBy(AMONG_OTHER_WORK);
    }

    /** Prints what was measured, and compares its 95th percentile. */
    static void hold(String what, Duration promised, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        long p95 = sorted.get((int) Math.ceil(sorted.size() * 0.95) - 1);
        System.out.println(what + ": " + sorted.size() + " measured, p50 " + sorted.get((sorted.size() - 1) / 2)
                + " ms, p95 " + p95 + " ms, max " + sorted.get(sorted.size() - 1) + " ms");
        assertTrue(p95 <= slack(promised).toMillis(), () -> what + ": p95 " + p95 + " ms of " + sorted);
    }
}
