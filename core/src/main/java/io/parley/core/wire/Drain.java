package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The node will leave: no new leases to it, no new work from it.
 *
 * <pre>
 *   header | milliseconds left u32
 * </pre>
 *
 * @param millisLeft until it says BYE at the latest
 */
public record Drain(int millisLeft) {
    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.DRAIN, 0, 0).u32(millisLeft).done();
    }

    /** Reads the frame. */
    public static Drain decode(ByteBuffer frame) {
        return new Drain(Math.max(0, new FrameReader(frame).u32()));
    }
}
