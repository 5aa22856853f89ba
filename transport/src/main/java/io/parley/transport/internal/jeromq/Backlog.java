package io.parley.transport.internal.jeromq;

import io.parley.core.spi.OutFrame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one link that wait for room in JeroMQ: one of any size, or more that are small. JeroMQ counts frames and not
 * bytes, and its limit is made for large ones: without this, a handful of acknowledgements would fill a link. And as long as
 * something waits here it can be tried whether there is room, which JeroMQ does not tell. Belongs to the loop.
 */
final class Backlog {
    /** What a frame costs beyond its bytes. */
    private static final int OVERHEAD = 64;

    private static final int MOST_BYTES = 64 << 10;

    private final Deque<byte[]> frames = new ArrayDeque<>();
    private int bytes;

    /** Takes a copy when there is room. */
    boolean offer(OutFrame frame) {
        if (!frames.isEmpty() && bytes + frame.bytes() + OVERHEAD > MOST_BYTES) {
            return false;
        }
        frames.add(copy(frame));
        bytes += frame.bytes() + OVERHEAD;
        return true;
    }

    byte @Nullable [] peek() {
        return frames.peek();
    }

    void remove() {
        byte[] first = frames.poll();
        if (first != null) {
            bytes -= first.length + OVERHEAD;
        }
    }

    void clear() {
        frames.clear();
        bytes = 0;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** The bytes of a frame, in an array that holds nothing else. */
    static byte[] copy(OutFrame frame) {
        byte[] bytes = new byte[frame.bytes()];
        @Nullable ByteBuffer[] buffers = frame.buffers();
        int at = 0;
        for (int i = 1; i < frame.count(); i++) {
            ByteBuffer buffer = buffers[i];
            if (buffer != null) {
                buffer.get(buffer.position(), bytes, at, buffer.remaining());
                at += buffer.remaining();
            }
        }
        return bytes;
    }
}
