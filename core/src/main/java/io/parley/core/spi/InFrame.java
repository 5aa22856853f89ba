package io.parley.core.spi;

import java.nio.ByteBuffer;

/**
 * A frame that arrived. Whoever gets one owns one count of it: {@link #release} it once, or hand it on. {@link #retain}
 * adds a count. Counting may be done from any thread; the bytes are only read.
 */
public abstract class InFrame {
    /** For transports. */
    protected InFrame() {}

    /** The bytes from position to limit, little endian. The same object at each call: use absolute reads. */
    public abstract ByteBuffer buffer();

    /** Adds one count. */
    public abstract void retain();

    /** Ends one count; with the last one the bytes may be used again by the transport. */
    public abstract void release();
}
