package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * What stands in a DATA frame with flag CHUNK in place of its records: a part of one record that is too large for a frame.
 *
 * <pre>
 *   DataHead, count 1 | with flag LEASED: one lease | offset u32 | total u32 | bytes, to the frame's end
 * </pre>
 *
 * {@code offset} is where these bytes belong in the record, {@code total} the record's length. The chunks of a record have its
 * session number, all of them, and follow one another without anything else of that session between them: the first has
 * offset 0, each other begins where the one before ended, the last ends at {@code total}.
 */
public final class Chunk {
    /** What stands before the bytes, behind the head and the lease. */
    public static final int HEAD = 8;

    private Chunk() {}

    /** Whether the frame holds a chunk. */
    public static boolean is(ByteBuffer frame) {
        return (FrameHeader.flags(frame) & FrameHeader.CHUNK) != 0;
    }

    /** Writes what stands before the bytes, and moves the buffer. */
    public static void put(ByteBuffer out, int offset, int total) {
        out.putInt(offset).putInt(total);
    }

    /** Where the bytes belong in the record. */
    public static int offset(ByteBuffer frame) {
        return frame.getInt(DataHead.recordsOffset(frame));
    }

    /** The length of the record. */
    public static int total(ByteBuffer frame) {
        return frame.getInt(DataHead.recordsOffset(frame) + Integer.BYTES);
    }

    /** Where the bytes stand in the frame. */
    public static int bytes(ByteBuffer frame) {
        return DataHead.recordsOffset(frame) + HEAD;
    }

    /**
     * Checks that head, lease and bytes are there, and that the bytes lie within the record.
     *
     * @param largest the most bytes that a record may have
     * @throws MalformedFrame when not
     */
    public static void check(ByteBuffer frame, int largest) {
        if (frame.remaining() < DataHead.BYTES || DataHead.count(frame) != 1 || bytes(frame) >= frame.limit()) {
            throw new MalformedFrame("a chunk of " + frame.remaining() + " bytes without what belongs to it");
        }
        int offset = offset(frame);
        int total = total(frame);
        int length = frame.limit() - bytes(frame);
        if (total < 0 || total > largest) {
            throw new MalformedFrame("a chunk of a record of " + total + " bytes, the limit is " + largest);
        }
        if (offset < 0 || length > total - offset) {
            throw new MalformedFrame("a chunk of " + length + " bytes at " + offset + " of " + total);
        }
    }
}
