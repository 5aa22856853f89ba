package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The requester does not wait any more: what has not begun is dropped, what runs is interrupted, and no REPLY is wanted.
 *
 * <pre>
 *   header | correlation u64
 * </pre>
 *
 * @param correlation of the request
 */
public record Cancel(long correlation) {
    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.CANCEL, 0, 0).u64(correlation).done();
    }

    /** Reads the frame. */
    public static Cancel decode(ByteBuffer frame) {
        return new Cancel(new FrameReader(frame).u64());
    }
}
