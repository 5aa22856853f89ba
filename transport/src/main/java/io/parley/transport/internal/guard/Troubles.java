package io.parley.transport.internal.guard;

import io.parley.core.spi.TransportTrouble;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;

/**
 * What is to be told of trouble: put here by any thread, told by the loop. When nobody polls, what exceeds the bound is
 * forgotten.
 */
public final class Troubles {
    private static final int MOST = 1_024;

    private record Entry(TransportTrouble trouble, String detail) {}

    private final BlockingQueue<Entry> entries = new ArrayBlockingQueue<>(MOST);

    /** Never waits. Any thread. */
    public void add(TransportTrouble trouble, String detail) {
        // when the queue is full the loop stands still, and has more to worry about than a count
        boolean kept = entries.offer(new Entry(trouble, detail));
        assert kept || entries.remainingCapacity() == 0;
    }

    /** Tells what is there. */
    public int tell(BiConsumer<TransportTrouble, String> listener) {
        int told = 0;
        Entry entry = entries.poll();
        while (entry != null) {
            listener.accept(entry.trouble(), entry.detail());
            told++;
            entry = told < MOST ? entries.poll() : null;
        }
        return told;
    }
}
