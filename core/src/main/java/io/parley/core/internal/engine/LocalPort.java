package io.parley.core.internal.engine;

import io.parley.core.spi.InFrame;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The link of a node with itself: what it sends comes back in the next turn, by the same way as from any peer. */
final class LocalPort implements LinkState.Port {
    private static final int MAX_FRAMES = 32;

    private final ArrayDeque<InFrame> frames = new ArrayDeque<>();

    @Override
    public Sent send(OutFrame frame) {
        if (frames.size() >= MAX_FRAMES) {
            return Sent.FULL;
        }
        ByteBuffer copy = ByteBuffer.allocate(frame.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i < frame.count(); i++) {
            ByteBuffer slice = frame.buffers()[i];
            if (slice != null) {
                copy.put(slice.duplicate());
            }
        }
        frames.add(new HeapFrame(copy.flip()));
        return Sent.TAKEN;
    }

    @Nullable InFrame next() {
        return frames.poll();
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    @Override
    public void ignore() {
        // what a node sends itself costs it nothing to drop, and it does not flood itself
    }

    @Override
    public void drop() {
        frames.clear();
    }

    @Override
    public String remoteAddress() {
        return "self";
    }
}
