package io.parley.core.internal.channel;

import io.parley.core.error.ParleyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The receipts of one channel that are awaited, by lsn. Appenders add, the loop takes. */
public final class Receipts {
    private final Map<Long, PendingReceipt> pending = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int limit;

    Receipts(int limit) {
        this.limit = limit;
    }

    /** Whether another one may be awaited. */
    public boolean hasRoom() {
        return count.get() < limit;
    }

    /** The most that may be awaited at once. */
    public int limit() {
        return limit;
    }

    void add(long lsn, PendingReceipt receipt) {
        count.incrementAndGet();
        pending.put(lsn, receipt);
    }

    /** Whether none is awaited. */
    public boolean isEmpty() {
        return count.get() == 0;
    }

    /** The receipt for this message, if one is awaited. */
    public @Nullable PendingReceipt find(long lsn) {
        return count.get() == 0 ? null : pending.get(lsn);
    }

    /** Takes the receipt for this message, if one is awaited. */
    public @Nullable PendingReceipt take(long lsn) {
        if (count.get() == 0) {
            return null;
        }
        PendingReceipt receipt = pending.remove(lsn);
        if (receipt != null) {
            count.decrementAndGet();
        }
        return receipt;
    }

    /** Ends all of them. */
    public List<PendingReceipt> takeAll() {
        List<PendingReceipt> all = new ArrayList<>();
        for (Long lsn : List.copyOf(pending.keySet())) {
            PendingReceipt receipt = take(lsn);
            if (receipt != null) {
                all.add(receipt);
            }
        }
        return all;
    }

    /** Fails a receipt. */
    public static void fail(PendingReceipt receipt, ParleyException why) {
        receipt.future().completeExceptionally(why);
    }
}
