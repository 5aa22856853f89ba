package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The first twelve bytes of every frame, little endian.
 *
 * <pre>
 *   0      1      2         3      4        6          8         12
 *   +------+------+---------+------+--------+----------+---------+
 *   | 0xB7 | 0x50 | version | type | flags  | reserved | session |
 *   +------+------+---------+------+--------+----------+---------+
 * </pre>
 *
 * The low eight flags must be understood, the high eight may be skipped. {@code reserved} is zero. The session is a number
 * that the attaching side chose, unique among its sessions of one run; zero in frames that belong to none. Source:
 * Parley's own, docs/protocol.md.
 */
public final class FrameHeader {
    public static final int BYTES = 12;
    /** The version that this code speaks. */
    public static final int VERSION = 1;

    /** HELLO: the sender has a link to the receiver, as far as it knows. */
    public static final int LINK_HELD = 1;
    /** OFFER: everything, not only changes. */
    public static final int COMPLETE = 1;
    /** OFFER: the node was opened a moment ago, and may be about to offer more. Need not be understood. */
    public static final int SO_FAR = 1 << 8;
    /** DATA: a lease table stands before the records. */
    public static final int LEASED = 1;
    /** DATA, REQUEST, REPLY: a part of one record or value stands in it, see {@link Chunk}. */
    public static final int CHUNK = 1 << 1;
    /** GAP: the count is an upper bound. */
    public static final int UPPER_BOUND = 1;
    /** The flags that must be understood: whoever does not know one of them ends the link. */
    public static final int MUST_UNDERSTAND = 0xFF;
    /** Reserved: sealed whole. */
    public static final int SEALED = 1 << 7;

    private static final int MAGIC = 0x50B7;
    private static final int TYPE = 3;
    private static final int FLAGS = 4;
    private static final int SESSION = 8;

    private FrameHeader() {}

    /** Writes a header at the buffer's position and moves it. */
    static void put(ByteBuffer out, FrameType type, int flags, int session) {
        out.putShort((short) MAGIC)
                .put((byte) VERSION)
                .put((byte) type.code())
                .putShort((short) flags)
                .putShort((short) 0)
                .putInt(session);
    }

    /**
     * Checks magic and version at the buffer's position.
     *
     * @throws MalformedFrame when this is not a frame of this version
     */
    public static void check(ByteBuffer frame) {
        int at = frame.position();
        if (frame.remaining() < BYTES || frame.getShort(at) != MAGIC) {
            throw new MalformedFrame("no Parley frame");
        }
        int version = frame.get(at + 2) & 0xFF;
        if (version != VERSION) {
            throw new MalformedFrame("version " + version + ", expected " + VERSION);
        }
    }

    /** The code of the type. */
    public static int typeCode(ByteBuffer frame) {
        return frame.get(frame.position() + TYPE) & 0xFF;
    }

    /** The flags. */
    public static int flags(ByteBuffer frame) {
        return frame.getShort(frame.position() + FLAGS) & 0xFFFF;
    }

    /** Gives a flag to a frame that begins at offset 0. */
    static void set(ByteBuffer frame, int flag) {
        frame.putShort(FLAGS, (short) (frame.getShort(FLAGS) | flag));
    }

    /** Takes a flag away from a frame that begins at offset 0. */
    public static void clear(ByteBuffer frame, int flag) {
        frame.putShort(FLAGS, (short) (frame.getShort(FLAGS) & ~flag));
    }

    /** The session; 0 for none. */
    public static int session(ByteBuffer frame) {
        return frame.getInt(frame.position() + SESSION);
    }
}
