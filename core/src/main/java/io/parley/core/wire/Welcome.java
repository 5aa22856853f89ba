package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The answer to a HELLO that is accepted: sessions may attach from now on.
 *
 * <pre>
 *   header | version u8 | capabilities u32 | introduction
 * </pre>
 *
 * @param version the version that both speak
 * @param capabilities those in common
 * @param from who answers
 */
public record Welcome(int version, int capabilities, Introduction from) {
    /** Writes the frame. */
    public ByteBuffer encode() {
        FrameWriter out = new FrameWriter(FrameType.WELCOME, 0, 0).u8(version).u32(capabilities);
        from.put(out);
        return out.done();
    }

    /** Reads the frame. */
    public static Welcome decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        return new Welcome(in.u8(), in.u32(), Introduction.take(in));
    }
}
