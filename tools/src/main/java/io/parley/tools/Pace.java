package io.parley.tools;

import java.util.concurrent.locks.LockSupport;

/** Keeps to a rate: a sender that was late catches up. One thread. */
final class Pace {
    private final double nanosEach;
    private final long start = System.nanoTime();
    private long turns;

    private Pace(double nanosEach) {
        this.nanosEach = nanosEach;
    }

    static Pace free() {
        return new Pace(0);
    }

    static Pace of(double perSecond) {
        return new Pace(1e9 / perSecond);
    }

    /** Waits until it is time for the next message. */
    void await() {
        if (nanosEach == 0) {
            return;
        }
        long due = start + (long) (nanosEach * turns++);
        long left = due - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
    }
}
