package io.parley.core.wire;

import org.jspecify.annotations.Nullable;

/** The types of frame. Types below 128 must be understood; those from 128 on may be skipped. */
public enum FrameType {
    HELLO(1),
    WELCOME(2),
    REJECT(3),
    OFFER(4),
    ATTACH(5),
    ATTACHED(6),
    REFUSED(7),
    DETACH(8),
    DATA(9),
    GAP(10),
    ACK(11),
    SETTLE(12),
    RENEW(13),
    /** Reserved for services. */
    REQUEST(14),
    /** Reserved for services. */
    REPLY(15),
    /** Reserved for services. */
    CANCEL(16),
    PING(17),
    PONG(18),
    DRAIN(19),
    BYE(20),
    /** Reserved for sealed links. */
    HANDSHAKE(21);

    /** Types from here on may be skipped by who does not know them. */
    public static final int SKIPPABLE = 128;

    private static final FrameType[] BY_CODE = new FrameType[22];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /** The type with this code; null when there is none. */
    public static @Nullable FrameType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
