package io.parley.reliability.internal.journal;

import java.util.Arrays;

/** The runs of one file in the order of their lsns, without an object for each. Guarded by whoever holds it. */
final class Runs {
    private static final int FIRST_CAPACITY = 16;

    private long[] epochs = new long[FIRST_CAPACITY];
    private long[] firstLsns = new long[FIRST_CAPACITY];
    private int[] counts = new int[FIRST_CAPACITY];
    private int[] starts = new int[FIRST_CAPACITY];
    private int[] ends = new int[FIRST_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    Run get(int i) {
        return new Run(epochs[i], firstLsns[i], counts[i], starts[i], ends[i]);
    }

    void add(Run run) {
        if (size == counts.length) {
            int capacity = 2 * size;
            epochs = Arrays.copyOf(epochs, capacity);
            firstLsns = Arrays.copyOf(firstLsns, capacity);
            counts = Arrays.copyOf(counts, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
        epochs[size] = run.epoch();
        firstLsns[size] = run.firstLsn();
        counts[size] = run.count();
        starts[size] = run.at();
        ends[size] = run.end();
        size++;
    }

    /** Adds records that may follow the last ones without anything between them. */
    void join(Run run) {
        int last = size - 1;
        boolean follows = last >= 0
                && ends[last] == run.at()
                && firstLsns[last] + counts[last] == run.firstLsn()
                && epochs[last] == run.epoch();
        if (follows) {
            counts[last] += run.count();
            ends[last] = run.end();
        } else {
            add(run);
        }
    }

    /** Which is the first that ends behind this lsn; {@link #size} when none does. */
    int find(long lsn) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lsn < firstLsns[middle] + counts[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
