package io.parley.core.internal.inbox;

import java.util.concurrent.atomic.AtomicLong;

/** Counters of one subscription. {@code received} has one writer at a time; the others may have several. */
public final class ReaderCounters {
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /** The sum of several, as they are now. */
    public static ReaderCounters sumOf(java.util.List<ReaderCounters> parts) {
        ReaderCounters sum = new ReaderCounters();
        for (ReaderCounters part : parts) {
            sum.received.addAndGet(part.receivedCount());
            sum.missed.addAndGet(part.missedCount());
            sum.failed.addAndGet(part.failedCount());
        }
        return sum;
    }

    void received() {
        received.lazySet(received.getPlain() + 1);
    }

    void receivedConcurrently() {
        received.incrementAndGet();
    }

    void missed(long count) {
        missed.addAndGet(Math.max(0, count));
    }

    void failed() {
        failed.incrementAndGet();
    }

    /** Messages that were handled. */
    public long receivedCount() {
        return received.get();
    }

    /** Messages that were told to be missing. */
    public long missedCount() {
        return missed.get();
    }

    /** Runs that failed. */
    public long failedCount() {
        return failed.get();
    }
}
