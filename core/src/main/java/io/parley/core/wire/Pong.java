package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The answer to a PING.
 *
 * <pre>
 *   header | token u64
 * </pre>
 *
 * @param token from the PING
 */
public record Pong(long token) {
    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.PONG, 0, 0).u64(token).done();
    }

    /** Reads the frame. */
    public static Pong decode(ByteBuffer frame) {
        return new Pong(new FrameReader(frame).u64());
    }
}
