package io.parley.core.log;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory off the heap for the logs of one node: blocks of two sizes are kept for the next taker, since making one means
 * zeroing it. Larger ones are on the heap, and not kept. Any thread.
 */
public final class BlockPool {
    /** The size of a block for records of usual size, in bytes. */
    public static final int BLOCK = 64 * 1024;
    /** The size of a block for large records, in bytes: four with a payload of 64 KiB, each with its head and some options. */
    public static final int LARGE_BLOCK = 4 * (64 * 1024 + 1024);

    private final ConcurrentLinkedDeque<ByteBuffer> blocks = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<ByteBuffer> largeBlocks = new ConcurrentLinkedDeque<>();
    private final AtomicLong kept = new AtomicLong();
    private final long limit;

    /**
     * A pool.
     *
     * @param limit the most bytes to keep
     */
    public BlockPool(long limit) {
        this.limit = limit;
    }

    /** Memory of at least this size; null when the JVM has none left ({@code -XX:MaxDirectMemorySize}). */
    @Nullable ByteBuffer take(int size) {
        if (size > LARGE_BLOCK) {
            return onHeap(size);
        }
        ByteBuffer block = null;
        if (size == BLOCK) {
            block = blocks.pollFirst();
        } else if (size == LARGE_BLOCK) {
            block = largeBlocks.pollFirst();
        }
        if (block != null) {
            kept.addAndGet(-block.capacity());
            return block;
        }
        try {
            return ByteBuffer.allocateDirect(size);
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    /** What is not kept would wait for the garbage collector to notice memory that is not its own. */
    private static @Nullable ByteBuffer onHeap(int size) {
        try {
            return ByteBuffer.allocate(size);
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    void give(ByteBuffer block) {
        int size = block.capacity();
        if (size != BLOCK && size != LARGE_BLOCK || kept.get() >= limit) {
            return;
        }
        kept.addAndGet(size);
        // the one used last is the one still in the cache
        (size == BLOCK ? blocks : largeBlocks).addFirst(block);
    }
}
