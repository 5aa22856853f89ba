package io.parley.core.internal.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Things to do later. Belongs to the loop. */
final class Timers {
    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::order));
    private long order;

    private record Timer(long at, long order, Runnable task) {}

    void at(long when, Runnable task) {
        queue.add(new Timer(when, order++, task));
    }

    List<Runnable> due(long now) {
        Timer first = queue.peek();
        if (first == null || first.at() > now) {
            return List.of();
        }
        List<Runnable> due = new ArrayList<>();
        while (first != null && first.at() <= now) {
            due.add(first.task());
            queue.poll();
            first = queue.peek();
        }
        return due;
    }

    long next() {
        Timer first = queue.peek();
        return first == null ? Long.MAX_VALUE : first.at();
    }
}
