package io.parley.core.internal.session;

import io.parley.core.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes that come in chunks, one after the other, behind room for a head. Takes no more memory than twice what has come. */
public final class Pieces {
    private final int head;
    private final int total;
    private ByteBuffer whole;
    private int filled;

    /**
     * Nothing has come yet.
     *
     * @param head how much room to leave before the bytes
     * @param total how many bytes will come
     */
    public Pieces(int head, int total) {
        this.head = head;
        this.total = total;
        whole = buffer(0);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many bytes will come. */
    public int total() {
        return total;
    }

    /** How many have come. */
    public int filled() {
        return filled;
    }

    /**
     * Adds a part.
     *
     * @return whether that was the last
     * @throws MalformedFrame when it does not continue what came before
     */
    public boolean add(ByteBuffer frame, int from, int offset, int of) {
        if (offset != filled || of != total) {
            throw new MalformedFrame("a chunk at " + offset + " of " + of + ", expected at " + filled + " of " + total);
        }
        int length = frame.limit() - from;
        makeRoom(filled + length);
        whole.put(head + filled, frame, from, length);
        filled += length;
        return filled == total;
    }

    private void makeRoom(int bytes) {
        int size = Math.max(0, whole.capacity() - head);
        if (bytes > size) {
            ByteBuffer larger = buffer(head + (int) Math.min(total, Math.max(bytes, 2L * size)));
            whole = larger.put(0, whole, 0, whole.capacity());
        }
    }

    /** What has come, behind the room for the head. */
    public ByteBuffer bytes() {
        return whole;
    }
}
