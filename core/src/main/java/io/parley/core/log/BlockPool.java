package io.parley.core.log;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Memory off the heap for the logs of one node: blocks of one size are kept for the next taker. Any thread. */
public final class BlockPool {
    /** The size of a block that is kept, in bytes. */
    public static final int BLOCK = 64 * 1024;

    private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();
    private final AtomicInteger kept = new AtomicInteger();
    private final int limit;

    /**
     * A pool.
     *
     * @param limit the most blocks to keep
     */
    public BlockPool(int limit) {
        this.limit = limit;
    }

    /** Memory of at least this size; null when the JVM has none left ({@code -XX:MaxDirectMemorySize}). */
    @Nullable ByteBuffer take(int size) {
        if (size == BLOCK) {
            ByteBuffer block = free.pollFirst();
            if (block != null) {
                kept.decrementAndGet();
                return block;
            }
        }
        try {
            return ByteBuffer.allocateDirect(size);
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    void give(ByteBuffer block) {
        if (block.capacity() == BLOCK && kept.get() < limit) {
            kept.incrementAndGet();
            free.addFirst(block); // the one used last is the one still in the cache
        }
    }
}
