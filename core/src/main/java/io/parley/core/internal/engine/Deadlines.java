package io.parley.core.internal.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Things that want to be called at a time: looked through only when the earliest time has come. Belongs to the loop.
 *
 * @param <T> what waits
 */
final class Deadlines<T extends Deadlines.Item> {
    private final Set<T> items = new LinkedHashSet<>();
    private long next = Long.MAX_VALUE;

    /** Something that waits for a time. */
    interface Item {
        long deadline();
    }

    /** The item's deadline has changed. */
    void update(T item) {
        if (item.deadline() == Long.MAX_VALUE) {
            items.remove(item);
        } else {
            items.add(item);
            next = Math.min(next, item.deadline());
        }
    }

    void remove(T item) {
        items.remove(item);
    }

    /** Those whose time has come. */
    List<T> due(long now) {
        if (now < next) {
            return List.of();
        }
        List<T> due = new ArrayList<>();
        next = Long.MAX_VALUE;
        for (T item : items) {
            if (item.deadline() <= now) {
                due.add(item);
            } else {
                next = Math.min(next, item.deadline());
            }
        }
        due.forEach(items::remove);
        return due;
    }

    /** The earliest time. */
    long next() {
        return next;
    }
}
