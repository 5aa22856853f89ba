package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * What stands in a frame with flag CHUNK in place of its records or its value: a part of one that is too large for a frame.
 *
 * <pre>
 *   DATA      DataHead, count 1 | with flag LEASED: one lease | offset u32 | total u32 | bytes, to the frame's end
 *   REQUEST   what stands before its record                   | offset u32 | total u32 | bytes, to the frame's end
 *   REPLY     what stands before its value's length           | offset u32 | total u32 | bytes, to the frame's end
 * </pre>
 *
 * {@code offset} is where these bytes belong in the record or value, {@code total} its length: the first chunk has offset 0, each
 * other begins where the one before ended, the last ends at {@code total}. The chunks of a record have its session number, all
 * of them, and nothing else of that session comes between them. Those of a request or reply have its correlation, and nothing
 * else that is large comes between them on their link.
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
        if (frame.remaining() < DataHead.BYTES || DataHead.count(frame) != 1) {
            throw new MalformedFrame("a chunk of " + frame.remaining() + " bytes without what belongs to it");
        }
        Part unused = read(frame, DataHead.recordsOffset(frame), largest);
    }

    /**
     * A part of a record or value.
     *
     * @param offset where its bytes belong
     * @param total the length of the whole
     * @param from where its bytes stand in the frame
     * @param length how many they are, at least one
     */
    public record Part(int offset, int total, int from, int length) {}

    /**
     * Reads the part that stands in a frame, from here to its end.
     *
     * @param largest the most bytes that the whole may have
     * @throws MalformedFrame when there is none, or its bytes lie beyond the whole
     */
    public static Part read(ByteBuffer frame, int at, int largest) {
        int from = at + HEAD;
        if (from >= frame.limit()) {
            throw new MalformedFrame("a chunk of " + frame.remaining() + " bytes without what belongs to it");
        }
        int offset = frame.getInt(at);
        int total = frame.getInt(at + Integer.BYTES);
        int length = frame.limit() - from;
        if (total < 0 || total > largest) {
            throw new MalformedFrame("a chunk of " + total + " bytes, the limit is " + largest);
        }
        if (offset < 0 || length > total - offset) {
            throw new MalformedFrame("a chunk of " + length + " bytes at " + offset + " of " + total);
        }
        return new Part(offset, total, from, length);
    }
}
