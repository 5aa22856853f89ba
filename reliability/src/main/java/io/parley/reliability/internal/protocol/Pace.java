package io.parley.reliability.internal.protocol;

import java.util.concurrent.TimeUnit;

/** How fast a handler is, and what follows from it: how much to ask for, and how much to start in one go. */
final class Pace {
    private static final long AHEAD = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long BATCH = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MAX_BATCH = 1_024;
    private static final double WEIGHT = 0.25;

    private double mean = -1;

    /** So many messages, one after the other, took so long. */
    void took(long nanos, int messages) {
        double sample = Math.max(1, (double) nanos / messages);
        mean = mean < 0 ? sample : mean + WEIGHT * (sample - mean);
    }

    /**
     * How many messages to hold: those that run, and 20 ms of work ahead of them. Slow handlers get nothing ahead: others
     * may be idle.
     *
     * @param slots how many run at once
     * @param busyFor for how long the one that began last has been running, when all are busy
     */
    int window(int slots, long busyFor, int most) {
        double each = Math.max(mean, (double) busyFor);
        if (each <= 0) {
            return Math.min(slots, most);
        }
        return (int) Math.max(Math.min(slots, most), Math.min(most, (double) slots * AHEAD / each));
    }

    /** How many to start in one go: more than one only while they take less than a millisecond. */
    int batch() {
        return mean < 0 || mean >= BATCH ? 1 : (int) Math.max(1, Math.min(MAX_BATCH, BATCH / mean));
    }
}
