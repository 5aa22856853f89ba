package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * There is room for all of a request or reply that comes in chunks.
 *
 * <pre>
 *   header | correlation u64 | of u8
 * </pre>
 *
 * @param correlation its number
 * @param of which of the two
 */
public record Grant(long correlation, Of of) {
    private static final Of[] ALL = Of.values();

    /** What comes in chunks. The ordinal is the code on the wire: only ever add at the end. */
    public enum Of {
        REQUEST,
        REPLY
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.GRANT, 0, 0)
                .u64(correlation)
                .constant(of)
                .done();
    }

    /** Reads the frame. */
    public static Grant decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        return new Grant(in.u64(), in.constant(ALL));
    }
}
