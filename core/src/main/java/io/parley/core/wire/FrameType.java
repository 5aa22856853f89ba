package io.parley.core.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The types of frame. Types below 128 must be understood; those from 128 on may be skipped. */
public enum FrameType {
    HELLO(1, FrameHeader.LINK_HELD),
    WELCOME(2),
    REJECT(3),
    OFFER(4, FrameHeader.COMPLETE),
    ATTACH(5),
    ATTACHED(6),
    REFUSED(7),
    DETACH(8),
    DATA(9, FrameHeader.LEASED | FrameHeader.CHUNK),
    GAP(10, FrameHeader.UPPER_BOUND),
    ACK(11),
    SETTLE(12),
    RENEW(13),
    REQUEST(14, FrameHeader.CHUNK),
    REPLY(15, FrameHeader.CHUNK),
    CANCEL(16),
    PING(17),
    PONG(18),
    DRAIN(19),
    BYE(20),
    /** Reserved for sealed links. */
    HANDSHAKE(21),
    GRANT(22);

    /** Types from here on may be skipped by who does not know them. */
    public static final int SKIPPABLE = 128;

    private static final FrameType[] BY_CODE = new FrameType[23];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int flags;

    FrameType(int code) {
        this(code, 0);
    }

    FrameType(int code, int flags) {
        this.code = code;
        this.flags = flags;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /** The type with this code; null when there is none. */
    public static @Nullable FrameType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /**
     * Checks the flags of a frame of this type.
     *
     * @throws UnsupportedFrame when there is one that must be understood and is not
     */
    public void checkFlags(ByteBuffer frame) {
        int unknown = FrameHeader.flags(frame) & FrameHeader.MUST_UNDERSTAND & ~flags;
        if (unknown != 0) {
            throw new UnsupportedFrame("flags " + Integer.toHexString(unknown) + " of " + this + " are not understood");
        }
    }

    /**
     * The type of a frame.
     *
     * @return null when it is not known, and the frame may be skipped
     * @throws UnsupportedFrame when it is not known and must be understood
     */
    public static @Nullable FrameType of(ByteBuffer frame) {
        int code = FrameHeader.typeCode(frame);
        FrameType type = of(code);
        if (type == null && code < SKIPPABLE) {
            throw new UnsupportedFrame("frame type " + code + " is not understood");
        }
        return type;
    }
}
