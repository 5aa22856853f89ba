package io.parley.transport.internal.jeromq;

import io.parley.core.spi.InFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of one message, on the heap. JeroMQ never uses them again, so there is nothing to count. */
final class ReceivedFrame extends InFrame {
    private final ByteBuffer buffer;

    ReceivedFrame(byte[] bytes) {
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public void retain() {}

    @Override
    public void release() {}
}
