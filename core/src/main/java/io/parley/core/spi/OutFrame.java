package io.parley.core.spi;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame on its way out: buffers to be written one after the other, without a copy where the transport can. Reused by its
 * owner. Slot 0 of {@link #buffers} is free for the transport's own header; the frame's bytes begin in slot 1.
 */
public final class OutFrame {
    private @Nullable ByteBuffer[] buffers = new ByteBuffer[8];
    private int count = 1;
    private int bytes;

    /** An empty frame. */
    public OutFrame() {}

    /** Empties the frame. */
    public void clear() {
        Arrays.fill(buffers, 0, count, null);
        count = 1;
        bytes = 0;
    }

    /** Adds the bytes from position to limit of a buffer that belongs to this frame until it is cleared. */
    public void add(ByteBuffer slice) {
        if (count == buffers.length) {
            buffers = Arrays.copyOf(buffers, 2 * count);
        }
        buffers[count++] = slice;
        bytes += slice.remaining();
    }

    /** Like {@link #add}, before what was added so far. */
    public void addFirst(ByteBuffer slice) {
        add(slice);
        System.arraycopy(buffers, 1, buffers, 2, count - 2);
        buffers[1] = slice;
    }

    /**
     * The buffers: slot 0 for the transport, the frame in slots 1 to {@link #count} - 1. A transport that moves their
     * positions must have taken the whole frame when it answers SENT, and must have put them back when it answers FULL.
     */
    public @Nullable ByteBuffer[] buffers() {
        return buffers;
    }

    /** One more than the last slot in use. */
    public int count() {
        return count;
    }

    /** The length of the frame. */
    public int bytes() {
        return bytes;
    }
}
