package io.parley.core.internal.engine;

import io.parley.core.spi.InFrame;
import java.nio.ByteBuffer;

/** A frame on the heap, which needs no counting. */
final class HeapFrame extends InFrame {
    private final ByteBuffer bytes;

    HeapFrame(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    @Override
    public ByteBuffer buffer() {
        return bytes;
    }

    @Override
    public void retain() {
        // garbage collected
    }

    @Override
    public void release() {
        // garbage collected
    }
}
