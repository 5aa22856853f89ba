package io.parley.tools.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A message's content, so that count, order and both ends of it can be checked: a mark in the first 8 bytes, little endian, and
 * where there is room the mark's complement in the last 8. The mark is the message's number from 0; in the last message the
 * sign is set as well, and bit 62 in the message with which measuring begins: the sender decides for both sides, so that a
 * receiver that was late, or got what a medium had kept for it, measures the same messages. Each of several senders numbers
 * from a start of its own.
 */
public final class Payload {
    /** The smallest message. */
    public static final int LEAST = Long.BYTES;

    private static final int SENDER_SHIFT = 48;
    private static final long LAST = Long.MIN_VALUE;
    private static final long FIRST_MEASURED = 1L << 62;
    private static final long NUMBER = ~(LAST | FIRST_MEASURED);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Payload() {}

    /** The number with which the messages of that sender begin. */
    static long first(int sender) {
        return (long) sender << SENDER_SHIFT;
    }

    /** Who sent it. */
    public static int sender(byte[] payload) {
        return (int) (number(payload) >>> SENDER_SHIFT);
    }

    /** The mark of the last message. */
    static long last(long number) {
        return number | LAST;
    }

    /** The mark of the message with which measuring begins. */
    static long firstMeasured(long number) {
        return number | FIRST_MEASURED;
    }

    /** Writes it. */
    static void write(byte[] payload, long mark) {
        LONG.set(payload, 0, mark);
        if (payload.length >= 2 * Long.BYTES) {
            LONG.set(payload, payload.length - Long.BYTES, ~mark);
        }
    }

    /** Whether this is the message of that number. */
    static boolean is(byte[] payload, long number) {
        if (payload.length < LEAST) {
            return false;
        }
        long mark = (long) LONG.get(payload, 0);
        return (mark & NUMBER) == number
                && (payload.length < 2 * Long.BYTES || (long) LONG.get(payload, payload.length - Long.BYTES) == ~mark);
    }

    /** Whether it is the last. */
    static boolean isLast(byte[] payload) {
        return ((long) LONG.get(payload, 0) & LAST) != 0;
    }

    /** Whether measuring begins with it. */
    static boolean isFirstMeasured(byte[] payload) {
        return ((long) LONG.get(payload, 0) & FIRST_MEASURED) != 0;
    }

    /** The number in it. */
    public static long number(byte[] payload) {
        return (long) LONG.get(payload, 0) & NUMBER;
    }
}
