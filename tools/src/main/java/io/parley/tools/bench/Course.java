package io.parley.tools.bench;

/** Where a sender is on its way through an extent. It sets out when it is made, and belongs to one thread. */
final class Course {
    /** A look at the clock costs as much as sending a small message, so it is taken once in so many. */
    private static final int LOOK = 256;

    private final Extent extent;
    private final long setOut = System.nanoTime();
    private long warmAt;
    private boolean warm;

    Course(Extent extent) {
        this.extent = extent;
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
            return number == extent.messages() / 5;
        }
        return number >= Extent.LEAST_WARM_UP && number % LOOK == 0 && millisSince(setOut) >= extent.warmUpMillis();
    }

    /** Whether measuring ends with this message; to be asked after {@link #begins}. */
    boolean ends(long number) {
        if (extent.messages() > 0) {
            return number == extent.messages() - 1;
        }
        return warm && number % LOOK == LOOK - 1 && millisSince(warmAt) >= extent.measuredMillis();
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
