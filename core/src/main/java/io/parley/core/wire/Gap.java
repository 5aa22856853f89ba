package io.parley.core.wire;

import io.parley.core.channel.GapReason;
import java.nio.ByteBuffer;

/**
 * Messages that this session will not bring. Takes one session number, so that a lost GAP is itself noticed.
 *
 * <pre>
 *   header (session, flag UPPER_BOUND) | number u64 | reason u8 | from epoch u64, lsn u64 | to epoch u64, lsn u64 | count u64
 * </pre>
 *
 * @param session the session
 * @param number its session number
 * @param reason why
 * @param from the first id that is missing
 * @param to the last id that is missing
 * @param count how many messages; {@link #UNKNOWN} when nobody knows, never on the wire
 * @param exactness whether the count is exact, or some of them may not have matched the filter
 */
public record Gap(
        int session, long number, GapReason reason, Position from, Position to, long count, Exactness exactness) {
    /** The count of a gap of which nobody knows how large it is. */
    public static final long UNKNOWN = -1;

    private static final GapReason[] REASONS = GapReason.values();

    /** What a node tells its own readers when a sender died. It belongs to no session and is in no frame. */
    public static Gap senderLost() {
        return new Gap(0, 0, GapReason.SENDER_LOST, Position.ZERO, Position.ZERO, UNKNOWN, Exactness.UPPER_BOUND);
    }

    /** How far a count can be trusted. */
    public enum Exactness {
        EXACT,
        UPPER_BOUND
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        int flags = exactness == Exactness.UPPER_BOUND ? FrameHeader.UPPER_BOUND : 0;
        FrameWriter out =
                new FrameWriter(FrameType.GAP, flags, session).u64(number).constant(reason);
        from.put(out);
        to.put(out);
        return out.u64(count).done();
    }

    /** Reads the frame. */
    public static Gap decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        boolean bound = (FrameHeader.flags(frame) & FrameHeader.UPPER_BOUND) != 0;
        return new Gap(
                FrameHeader.session(frame),
                in.u64(),
                in.constant(REASONS),
                Position.take(in),
                Position.take(in),
                in.u64(),
                bound ? Exactness.UPPER_BOUND : Exactness.EXACT);
    }
}
