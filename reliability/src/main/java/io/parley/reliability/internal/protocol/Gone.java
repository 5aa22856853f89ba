package io.parley.reliability.internal.protocol;

/** The messages of a queue that nobody gets any more, settled or never there: all below a low water, and some above it. */
final class Gone {
    private final LsnSet above = new LsnSet();
    private long low;

    Gone(long low) {
        this.low = low;
    }

    /** The first that is still to come to its end. */
    long low() {
        return low;
    }

    /** How many above {@link #low} are gone. */
    long ahead() {
        return above.size();
    }

    boolean contains(long lsn) {
        return lsn < low || above.contains(lsn);
    }

    /** One that was not gone is. */
    void add(long lsn) {
        if (lsn != low) {
            above.add(lsn);
            return;
        }
        low++;
        while (above.size() > 0 && above.remove(low)) {
            low++;
        }
    }
}
