package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A buffer of a {@link BufferPool} with a count of those who use it. Counting: any thread. */
final class PooledBuffer {
    private static final AtomicIntegerFieldUpdater<PooledBuffer> COUNT =
            AtomicIntegerFieldUpdater.newUpdater(PooledBuffer.class, "count");

    private final ByteBuffer bytes;
    private final ByteBuffer view;
    private final BufferPool home;
    /** Where in the pool this belongs; negative for a buffer of the heap that is left to the garbage collector. */
    private final int slot;

    private volatile int count = 1;

    PooledBuffer(ByteBuffer bytes, BufferPool home, int slot) {
        this.bytes = bytes;
        this.view = bytes.duplicate();
        this.home = home;
        this.slot = slot;
    }

    /** The bytes; position and limit belong to whoever took the buffer. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** The bytes from an offset to the position, for whoever took the buffer. The same object at each call. */
    ByteBuffer view(int from) {
        return view.limit(bytes.position()).position(from);
    }

    /** Whether nobody but the caller, who has one count, uses this. What others read was read before. */
    boolean isOnlyMine() {
        return count == 1;
    }

    void retain() {
        COUNT.getAndIncrement(this);
    }

    void release() {
        int left = COUNT.decrementAndGet(this);
        if (left < 0) {
            throw new IllegalStateException("frame released once too often");
        }
        if (left == 0 && slot >= 0) {
            home.giveBack(this, slot);
        }
    }

    /** Taken from the pool again. */
    void reuse() {
        bytes.clear();
        count = 1;
    }
}
