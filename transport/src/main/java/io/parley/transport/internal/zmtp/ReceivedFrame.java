package io.parley.transport.internal.zmtp;

import io.parley.core.spi.InFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame that lies in a buffer of the pool, maybe beside others. The buffer counts for all of them. */
final class ReceivedFrame extends InFrame {
    private final PooledBuffer owner;
    private final ByteBuffer slice;

    /** Takes over one count of the owner. */
    ReceivedFrame(PooledBuffer owner, int offset, int length) {
        this.owner = owner;
        this.slice = owner.bytes().slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer buffer() {
        return slice;
    }

    @Override
    public void retain() {
        owner.retain();
    }

    @Override
    public void release() {
        owner.release();
    }
}
