package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * A session is open.
 *
 * <pre>
 *   header (session) | first number u64 | epoch u64 | first available lsn u64 | next lsn u64 | largest message u32
 * </pre>
 *
 * @param session the session
 * @param firstNumber the number that its first item will have
 * @param epoch of the sender's run
 * @param firstLsn the oldest message that is still there
 * @param nextLsn where the session begins: no message below this will be sent in it, unless it is told by a GAP; 0 when that
 *     cannot be said, as for queues
 * @param maxMessage the largest message in bytes that the sender lets through
 */
public record Attached(int session, long firstNumber, long epoch, long firstLsn, long nextLsn, int maxMessage) {
    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.ATTACHED, 0, session)
                .u64(firstNumber)
                .u64(epoch)
                .u64(firstLsn)
                .u64(nextLsn)
                .u32(maxMessage)
                .done();
    }

    /** Reads the frame. */
    public static Attached decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        return new Attached(FrameHeader.session(frame), in.u64(), in.u64(), in.u64(), in.u64(), in.u32());
    }
}
