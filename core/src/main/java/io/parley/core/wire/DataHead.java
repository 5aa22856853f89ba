package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * What stands before the records in a DATA frame. Little endian.
 *
 * <pre>
 *   0        12             20      28              36                44              52    60      64
 *   +--------+--------------+-------+---------------+-----------------+---------------+-----+-------+
 *   | header | first number | epoch | settled up to | low water epoch | low water lsn | now | count |
 *   |        | u64          | u64   | u64           | u64             | u64           | i64 | u32   |
 *   +--------+--------------+-------+---------------+-----------------+---------------+-----+-------+
 *   with flag LEASED: count × ( lease u64 | time left in ms u32 | attempt u16 | deaths u8 | marks u8 )
 *   count records, see Record; with flag CHUNK a part of one, see Chunk
 * </pre>
 *
 * The records have the session numbers {@code first number}, +1, … and were all appended in {@code epoch}. {@code settled
 * up to} is a session number: whatever has it or a lower one is settled at the sender, and that was forced where there is
 * something to force. {@code low water}: no message with that id or a lower one will be sent in this session again. {@code
 * now} is the sender's time in milliseconds since 1970. Mark 1: this message may have run before (REDELIVERED).
 */
public final class DataHead {
    public static final int BYTES = 64;
    public static final int LEASE_BYTES = 16;
    /** Lease mark: the message may have run before. */
    public static final int REDELIVERED = 1;

    private static final int FIRST = 12;
    private static final int EPOCH = 20;
    private static final int SETTLED = 28;
    private static final int LOW_EPOCH = 36;
    private static final int LOW_LSN = 44;
    private static final int NOW = 52;
    private static final int COUNT = 60;

    private DataHead() {}

    /** Begins a DATA frame at the buffer's position and moves it behind the head. */
    public static void put(ByteBuffer out, int flags, int session) {
        int at = out.position();
        FrameHeader.put(out, FrameType.DATA, flags, session);
        out.position(at + BYTES);
    }

    /** Fills in the numbers of a frame that begins at offset 0. */
    public static void numbers(ByteBuffer out, long firstNumber, int count, long epoch) {
        out.putLong(FIRST, firstNumber).putLong(EPOCH, epoch).putInt(COUNT, count);
    }

    /** Fills in what the sender lets the receiver forget, and its time, in a frame that begins at offset 0. */
    public static void marks(ByteBuffer out, long settledUpTo, Position lowWater, long now) {
        out.putLong(SETTLED, settledUpTo)
                .putLong(LOW_EPOCH, lowWater.epoch())
                .putLong(LOW_LSN, lowWater.lsn())
                .putLong(NOW, now);
    }

    /** The session number of the first record. */
    public static long firstNumber(ByteBuffer frame) {
        return frame.getLong(frame.position() + FIRST);
    }

    /** The run in which the records were appended. */
    public static long epoch(ByteBuffer frame) {
        return frame.getLong(frame.position() + EPOCH);
    }

    /** The number up to which all is settled. */
    public static long settledUpTo(ByteBuffer frame) {
        return frame.getLong(frame.position() + SETTLED);
    }

    /** The id up to which nothing is sent again. */
    public static Position lowWater(ByteBuffer frame) {
        int at = frame.position();
        return new Position(frame.getLong(at + LOW_EPOCH), frame.getLong(at + LOW_LSN));
    }

    /** The sender's time. */
    public static long now(ByteBuffer frame) {
        return frame.getLong(frame.position() + NOW);
    }

    /** How many records. */
    public static int count(ByteBuffer frame) {
        return frame.getInt(frame.position() + COUNT);
    }

    /** Whether the records are held under leases. */
    public static boolean isLeased(ByteBuffer frame) {
        return (FrameHeader.flags(frame) & FrameHeader.LEASED) != 0;
    }

    /** Where the lease of the record with this index stands. */
    public static int leaseOffset(ByteBuffer frame, int index) {
        return frame.position() + BYTES + index * LEASE_BYTES;
    }

    /** Where the first record stands. */
    public static int recordsOffset(ByteBuffer frame) {
        return frame.position() + BYTES + (isLeased(frame) ? count(frame) * LEASE_BYTES : 0);
    }

    /**
     * Checks the lengths in the head.
     *
     * @throws MalformedFrame when they do not fit the frame
     */
    public static void check(ByteBuffer frame) {
        if (frame.remaining() < BYTES) {
            throw new MalformedFrame("DATA of " + frame.remaining() + " bytes, expected at least " + BYTES);
        }
        int count = count(frame);
        long least = BYTES + (long) count * (io.parley.core.log.Record.FIXED + (isLeased(frame) ? LEASE_BYTES : 0));
        if (count < 1 || least > frame.remaining()) {
            throw new MalformedFrame("DATA with " + count + " records in " + frame.remaining() + " bytes");
        }
    }
}
