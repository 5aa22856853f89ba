package io.parley.tools.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Where a sender is on its way through an extent, once or several times. It sets out when it is made, and belongs to one thread. */
final class Course {
    /** A look at the clock costs as much as sending a small message, so it is taken once in so many. */
    private static final int LOOK = 256;

    /** How long a sender that warms up sends, and then leaves the machine to the compilers. */
    private static final long BURST_MILLIS = 20;

    private static final long REST_MILLIS = 40;
    /** The last of so many parts of the warm-up has no rests: what is measured begins in full swing. */
    private static final int SWING = 4;

    private static final long AGAIN_MILLIS = 300;
    private static final long LEAST_AGAIN = 500;

    private final Extent extent;
    private long setOut = System.nanoTime();
    private long burst = setOut;
    private long from;
    private long warmUpMillis;
    private long restMillis;
    private long leastWarmUp = Extent.LEAST_WARM_UP;
    private long warmAt;
    private boolean warm;

    Course(Extent extent) {
        this.extent = extent;
        warmUpMillis = extent.warmUpMillis();
        restMillis = warmUpMillis - warmUpMillis / SWING;
    }

    /** Sets out once more, with this message; what is compiled stays so, and only caches and windows have to fill. */
    void again(long number) {
        setOut = System.nanoTime();
        restMillis = 0;
        from = number;
        warmUpMillis = Math.min(AGAIN_MILLIS, extent.warmUpMillis());
        leastWarmUp = LEAST_AGAIN;
        warm = false;
    }

    /** Whether measuring begins with this message; to be asked for each, in order, and true for one. */
    boolean begins(long number) {
        if (warm || !endsWarmUp(number)) {
            return false;
        }
        warm = true;
        warmAt = System.nanoTime();
        return true;
    }

    private boolean endsWarmUp(long number) {
        if (extent.messages() > 0) {
            return number - from == extent.messages() / 5;
        }
        return number - from >= leastWarmUp && number % LOOK == 0 && millisSince(setOut) >= warmUpMillis;
    }

    /**
     * Rests before this message where the warm-up has a rest: while both sides send and receive as fast as they can, compilers
     * get too little of two cores to be done in time.
     */
    void rest(long number) {
        boolean mayRest = !warm && extent.messages() == 0 && number % LOOK == 0;
        if (mayRest && millisSince(burst) >= BURST_MILLIS && millisSince(setOut) < restMillis) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(REST_MILLIS));
            burst = System.nanoTime();
        }
    }

    /** Whether measuring ends with this message; to be asked after {@link #begins}. */
    boolean ends(long number) {
        if (extent.messages() > 0) {
            return number - from == extent.messages() - 1;
        }
        return warm && number % LOOK == LOOK - 1 && millisSince(warmAt) >= extent.measuredMillis();
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
