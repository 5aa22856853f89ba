package io.parley.testkit.net;

import io.parley.core.spi.InFrame;
import io.parley.core.spi.OutFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A frame in flight or arrived. Strict where real ones are only broken: a release too many throws, and the bytes are
 * overwritten with the last one, so that whoever reads them later sees nonsense.
 */
final class SimFrame extends InFrame {
    private static final byte RELEASED = (byte) 0xDD;

    private final byte[] bytes;
    private final ByteBuffer view;
    private final AtomicInteger live;
    private final AtomicInteger count = new AtomicInteger(1);

    private SimFrame(byte[] bytes, AtomicInteger live) {
        this.bytes = bytes;
        this.view = ByteBuffer.wrap(bytes).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        this.live = live;
        live.incrementAndGet();
    }

    static SimFrame copyOf(OutFrame frame, AtomicInteger live) {
        ByteBuffer copy = ByteBuffer.allocate(frame.bytes());
        for (int i = 1; i < frame.count(); i++) {
            copy.put(Objects.requireNonNull(frame.buffers()[i]).duplicate());
        }
        return new SimFrame(copy.array(), live);
    }

    SimFrame again() {
        return new SimFrame(bytes.clone(), live);
    }

    SimFrame with(byte[] other) {
        return new SimFrame(other, live);
    }

    int length() {
        return bytes.length;
    }

    @Override
    public ByteBuffer buffer() {
        return view;
    }

    @Override
    public void retain() {
        if (count.getAndIncrement() <= 0) {
            throw new IllegalStateException("a frame was retained after its last release");
        }
    }

    @Override
    public void release() {
        int left = count.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("a frame was released once too often");
        }
        if (left == 0) {
            Arrays.fill(bytes, RELEASED);
            live.decrementAndGet();
        }
    }
}
