package io.parley.reliability.internal.journal;

import org.jspecify.annotations.Nullable;

/**
 * How much of what transactions have sent to a log is in it. Whoever appends numbers it, from 1, over all runs; each group says
 * up to which number it is there. Any thread.
 */
public final class OutputCount {
    private long written;
    private long forced;

    /** This much was found. */
    OutputCount(long found) {
        written = found;
        forced = found;
    }

    /** The number of the last one that is written. */
    public synchronized long written() {
        return written;
    }

    /** The number of the last one that no power cut takes back. */
    public synchronized long forced() {
        return forced;
    }

    /** What it is once this lot is written, which is the next. */
    synchronized long with(Staging.@Nullable Lot lot) {
        return lot == null ? written : Math.max(written, lot.outputs);
    }

    synchronized void written(Staging.@Nullable Lot lot) {
        written = with(lot);
    }

    synchronized void forced(long upTo) {
        forced = Math.max(forced, upTo);
    }
}
