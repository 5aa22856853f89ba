package io.parley.reliability.internal.protocol;

import io.parley.core.spi.InFrame;
import java.nio.ByteBuffer;

/** A frame on the heap that counts. */
final class HeapFrame extends InFrame {
    private final ByteBuffer buffer;
    private int count = 1;

    HeapFrame(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    @Override
    public ByteBuffer buffer() {
        if (count <= 0) {
            throw new IllegalStateException("used after its release");
        }
        return buffer;
    }

    @Override
    public void retain() {
        if (count <= 0) {
            throw new IllegalStateException("retained after its release");
        }
        count++;
    }

    @Override
    public void release() {
        if (--count < 0) {
            throw new IllegalStateException("released too often");
        }
    }

    int count() {
        return count;
    }
}
