package io.parley.tools.node;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Counts what happens to the node, and wakes those who wait for something to happen. Thread-safe. */
public final class Events implements Consumer<NodeEvent> {
    private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);
    private final List<Consumer<NodeEvent>> listeners = new CopyOnWriteArrayList<>();
    private long version;

    /** Hears of everything from now on, on the loop's thread: it must not wait. */
    public void listen(Consumer<NodeEvent> listener) {
        listeners.add(listener);
    }

    @Override
    public void accept(NodeEvent event) {
        synchronized (this) {
            counts.merge(event.what(), event.count(), Long::sum);
        }
        listeners.forEach(listener -> listener.accept(event));
        signal();
    }

    /** How often, or how many messages. */
    public synchronized long count(Happening what) {
        return counts.getOrDefault(what, 0L);
    }

    /** Has every waiting thread look again. */
    public synchronized void signal() {
        version++;
        notifyAll();
    }

    /**
     * Waits until the condition holds; it is looked at whenever something happened.
     *
     * @return whether it holds
     */
    public boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            long seen;
            synchronized (this) {
                seen = version;
            }
            if (condition.getAsBoolean()) {
                return true;
            }
            synchronized (this) {
                long left = (end - System.nanoTime()) / 1_000_000;
                while (version == seen && left > 0) {
                    wait(left);
                    left = (end - System.nanoTime()) / 1_000_000;
                }
                if (version == seen) {
                    return false;
                }
            }
        }
    }
}
