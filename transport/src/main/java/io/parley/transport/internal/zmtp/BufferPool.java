package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers in sizes that are powers of two, made when first needed and then kept: on this Java nothing but the
 * garbage collector frees them, so they must not be thrown away. When the capacity is used up, what is asked for comes
 * from the heap. Any thread.
 */
final class BufferPool {
    private final int smallest;
    private final List<Deque<PooledBuffer>> idle = new ArrayList<>();
    private final long capacity;
    private long made;

    /**
     * @param smallest the smallest size, a power of two
     * @param largest the largest size, a power of two
     * @param capacity how many bytes to make at most
     */
    BufferPool(int smallest, int largest, long capacity) {
        this.smallest = smallest;
        this.capacity = capacity;
        for (int size = smallest; size <= largest; size *= 2) {
            idle.add(new ArrayDeque<>());
        }
    }

    /**
     * Takes a buffer of at least so many bytes, empty, with one count.
     *
     * @param size at most the largest of the pool
     */
    PooledBuffer take(int size) {
        int slot = slot(size);
        PooledBuffer buffer = takeIdle(slot);
        if (buffer == null) {
            return new PooledBuffer(ByteBuffer.allocate(smallest << slot), this, -1);
        }
        buffer.reuse();
        return buffer;
    }

    private synchronized @Nullable PooledBuffer takeIdle(int slot) {
        PooledBuffer buffer = idle.get(slot).pollLast();
        int size = smallest << slot;
        if (buffer == null && made + size <= capacity) {
            made += size;
            return new PooledBuffer(ByteBuffer.allocateDirect(size), this, slot);
        }
        for (int larger = slot + 1; buffer == null && larger < idle.size(); larger++) {
            buffer = idle.get(larger).pollLast();
        }
        return buffer;
    }

    /** Called when the last count of a buffer ended. */
    synchronized void giveBack(PooledBuffer buffer, int slot) {
        idle.get(slot).addLast(buffer);
    }

    /** Whether a direct buffer of the smallest size could be had now. */
    synchronized boolean hasRoom() {
        return made + smallest <= capacity || idle.stream().anyMatch(buffers -> !buffers.isEmpty());
    }

    /** How many bytes of direct buffers are taken and not given back. */
    synchronized long inUse() {
        long free = 0;
        for (Deque<PooledBuffer> buffers : idle) {
            free += buffers.stream()
                    .mapToLong(buffer -> buffer.bytes().capacity())
                    .sum();
        }
        return made - free;
    }

    private int slot(int size) {
        int slot = 0;
        while (smallest << slot < size) {
            slot++;
        }
        return slot;
    }
}
