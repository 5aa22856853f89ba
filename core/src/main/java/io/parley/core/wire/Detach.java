package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * The end of a session, from either side.
 *
 * <pre>
 *   header (session) | from u8 (0 the reader, 1 the sender) | reason u8
 * </pre>
 *
 * @param session the session
 * @param from which side of it ends it
 * @param reason why
 */
public record Detach(int session, Side from, Reason reason) {
    private static final Reason[] REASONS = Reason.values();
    private static final Side[] SIDES = Side.values();

    /** A side of a session. Session numbers are the reader's, so both sides may name the same number. */
    public enum Side {
        READER,
        SENDER
    }

    /** Why. The ordinal is the code on the wire: only ever add at the end. */
    public enum Reason {
        /** The reader was closed: it is gone for good. */
        CLOSED,
        /** The channel was closed at its sender. */
        WITHDRAWN,
        /** The reader takes no more for now: its node drains. */
        DRAINING,
        /** The reader stopped after a message that it could not take. */
        STOPPED
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.DETACH, 0, session)
                .constant(from)
                .constant(reason)
                .done();
    }

    /** Reads the frame. */
    public static Detach decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        return new Detach(FrameHeader.session(frame), in.constant(SIDES), in.constant(REASONS));
    }
}
