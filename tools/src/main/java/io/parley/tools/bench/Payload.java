package io.parley.tools.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A message's content, so that count, order and both ends of it can be checked: its number from 0 in the first 8 bytes,
 * little endian, and where there is room the number's complement in the last 8.
 */
public final class Payload {
    /** The smallest message. */
    public static final int LEAST = Long.BYTES;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Payload() {}

    /** Writes it. */
    public static void write(byte[] payload, long number) {
        LONG.set(payload, 0, number);
        if (payload.length >= 2 * Long.BYTES) {
            LONG.set(payload, payload.length - Long.BYTES, ~number);
        }
    }

    /** Whether this is the message of that number. */
    public static boolean is(byte[] payload, long number) {
        return (long) LONG.get(payload, 0) == number
                && (payload.length < 2 * Long.BYTES
                        || (long) LONG.get(payload, payload.length - Long.BYTES) == ~number);
    }

    /** The number in it. */
    public static long number(byte[] payload) {
        return (long) LONG.get(payload, 0);
    }
}
