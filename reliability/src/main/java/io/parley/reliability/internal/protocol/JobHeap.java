package io.parley.reliability.internal.protocol;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Jobs by some order, lowest first. One that is taken out another way, by its stamp, is passed over. */
final class JobHeap {
    private record Entry(Job job, int stamp, long order) {
        boolean valid() {
            return job.stamp == stamp;
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>(Comparator.comparingLong(Entry::order));

    void add(Job job, long order) {
        entries.add(new Entry(job, job.stamp, order));
    }

    /** The lowest; stays. */
    @Nullable Job first() {
        Entry first = entries.peek();
        while (first != null && !first.valid()) {
            entries.remove();
            first = entries.peek();
        }
        return first == null ? null : first.job;
    }

    /** Takes out what {@link #first} gave. */
    void removeFirst() {
        entries.remove().job.stamp++;
    }

    /** How many there are, more or less. */
    int size() {
        return entries.size();
    }
}
