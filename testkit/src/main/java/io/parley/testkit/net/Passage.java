package io.parley.testkit.net;

import java.nio.ByteBuffer;

/**
 * A frame that is about to arrive.
 *
 * @param from the address of the host that sent it
 * @param to the address of the host that it goes to
 * @param frame its bytes, little endian, read only; not to be kept
 */
public record Passage(String from, String to, ByteBuffer frame) {
    private static final int TYPE = 3;

    /** The type that stands in the head of every frame of Parley; -1 when the frame is too short to have one. */
    public int type() {
        return frame.remaining() > TYPE ? frame.get(frame.position() + TYPE) & 0xFF : -1;
    }
}
