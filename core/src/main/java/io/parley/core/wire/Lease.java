package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * One line of the lease table in a DATA frame, see {@link DataHead}.
 *
 * @param number unique per sender run, never used again
 * @param millisLeft how long the member may hold the message unless the lease is renewed
 * @param attempt 1 for the first time that it may run
 * @param deaths how many holders died while it was started
 * @param redelivered whether it may have run before
 */
public record Lease(long number, int millisLeft, int attempt, int deaths, Redelivered redelivered) {
    /** Whether a message may have run before. */
    public enum Redelivered {
        NO,
        MAYBE
    }

    /** The same, so many milliseconds later. */
    public Lease shorter(long millis) {
        return new Lease(number, (int) Math.max(0, millisLeft - millis), attempt, deaths, redelivered);
    }

    /** Writes the line at the buffer's position and moves it. */
    public void put(ByteBuffer out) {
        out.putLong(number)
                .putInt(millisLeft)
                .putShort((short) Math.min(attempt, 0xFFFF))
                .put((byte) Math.min(deaths, 0xFF))
                .put((byte) (redelivered == Redelivered.MAYBE ? DataHead.REDELIVERED : 0));
    }

    /** Reads the line of the record with this index. */
    public static Lease read(ByteBuffer frame, int index) {
        int at = DataHead.leaseOffset(frame, index);
        boolean again = (frame.get(at + 15) & DataHead.REDELIVERED) != 0;
        return new Lease(
                frame.getLong(at),
                frame.getInt(at + 8),
                frame.getShort(at + 12) & 0xFFFF,
                frame.get(at + 14) & 0xFF,
                again ? Redelivered.MAYBE : Redelivered.NO);
    }
}
