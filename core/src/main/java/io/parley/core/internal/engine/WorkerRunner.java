package io.parley.core.internal.engine;

import io.parley.core.internal.inbox.InboxConsumer;
import io.parley.core.internal.inbox.ReaderCounters;
import io.parley.core.internal.inbox.WorkerPool;
import org.jspecify.annotations.Nullable;

/** The workers of a queue's member, as a subscription sees them: what they get is the loop's business. */
final class WorkerRunner<T> implements InboxConsumer {
    private final ReaderCounters counters = new ReaderCounters();
    private volatile @Nullable WorkerPool<T> pool;

    void pool(WorkerPool<T> newPool) {
        pool = newPool;
    }

    @Override
    public void wake() {
        // the loop starts runs itself
    }

    @Override
    public void close() {
        WorkerPool<T> p = pool;
        if (p != null) {
            p.stop();
        }
    }

    @Override
    public boolean runsHere() {
        WorkerPool<T> p = pool;
        return p != null && p.runsHere();
    }

    @Override
    public void interrupt() {
        WorkerPool<T> p = pool;
        if (p != null) {
            p.interruptAll();
        }
    }

    @Override
    public boolean closed() {
        return waiting() == 0;
    }

    @Override
    public ReaderCounters counters() {
        return counters;
    }

    @Override
    public long waiting() {
        WorkerPool<T> p = pool;
        return p == null ? 0 : p.unfinished();
    }
}
