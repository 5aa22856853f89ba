package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * A session that will not be.
 *
 * <pre>
 *   header (session) | reason u8 | text str
 * </pre>
 *
 * @param session the session that was asked for
 * @param reason for programs
 * @param text for people
 */
public record Refused(int session, Reason reason, String text) {
    private static final Reason[] REASONS = Reason.values();
    private static final int MAX_TEXT = 1_000;

    /** Why. The ordinal is the code on the wire: only ever add at the end. */
    public enum Reason {
        /** No such channel (any more). */
        NOT_OFFERED,
        /** The two sides have other modes for the channel. */
        MODE_MISMATCH,
        /** The reader cannot read what the sender's codec writes. */
        CODEC_MISMATCH,
        /** Another node reads under this name. */
        SUBSCRIPTION_IN_USE,
        /** As many readers as the sender allows. */
        TOO_MANY_READERS,
        /** The access rules say no. */
        FORBIDDEN,
        /** The sender is closing. */
        CLOSING
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.REFUSED, 0, session)
                .constant(reason)
                .string(text)
                .done();
    }

    /** Reads the frame. */
    public static Refused decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        return new Refused(FrameHeader.session(frame), in.constant(REASONS), in.string(MAX_TEXT));
    }
}
