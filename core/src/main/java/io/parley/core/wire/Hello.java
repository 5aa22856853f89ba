package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The first frame on a link, from the side that dialled.
 *
 * <pre>
 *   header (flag LINK_HELD) | versionMin u8 | versionMax u8 | capabilities u32 | introduction
 * </pre>
 *
 * @param held whether the sender already has a link to this peer, as far as it knows
 * @param versionMin the lowest version that it speaks
 * @param versionMax the highest version that it speaks
 * @param capabilities a bit each, none defined yet
 * @param from who it is
 */
public record Hello(LinkHeld held, int versionMin, int versionMax, int capabilities, Introduction from) {
    /** Whether a link is held already. */
    public enum LinkHeld {
        NONE,
        HELD
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        int flags = held == LinkHeld.HELD ? FrameHeader.LINK_HELD : 0;
        FrameWriter out = new FrameWriter(FrameType.HELLO, flags, 0)
                .u8(versionMin)
                .u8(versionMax)
                .u32(capabilities);
        from.put(out);
        return out.done();
    }

    /** Reads the frame. */
    public static Hello decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        LinkHeld held = (FrameHeader.flags(frame) & FrameHeader.LINK_HELD) != 0 ? LinkHeld.HELD : LinkHeld.NONE;
        return new Hello(held, in.u8(), in.u8(), in.u32(), Introduction.take(in));
    }
}
