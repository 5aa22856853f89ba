package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The node leaves for good, in this run: what it had not settled is given to others at once. No fields.
 *
 * <pre>
 *   header
 * </pre>
 */
public record Bye() {
    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.BYE, 0, 0).done();
    }
}
