package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The greeting, with which each side of a connection begins. RFC 37 (ZMTP 3.1) and RFC 23 (ZMTP 3.0), "The greeting":
 *
 * <pre>
 *  0        1           9    10      11      12              32          33      64
 *  +--------+-----------+----+-------+-------+---------------+-----------+--------+
 *  |  0xFF  | padding   |0x7F| major | minor | mechanism, 20 | as-server | filler |
 *  |        | 8, any    |    |   3   |   1   | "NULL" 0 0 …  |     0     | 31 × 0 |
 *  +--------+-----------+----+-------+-------+---------------+-----------+--------+
 * </pre>
 *
 * A higher version is for the other side to come down from. ZMTP 1.0 does not begin with 0xFF … 0x7F (or is told by its
 * last bit), ZMTP 2.0 has a major version of 1; both are refused, as is every mechanism but NULL.
 */
final class Greeting {
    static final int LENGTH = 64;

    private static final int SIGNATURE_END = 9;
    private static final int MAJOR = 10;
    private static final int MECHANISM = 12;
    private static final int MECHANISM_LENGTH = 20;

    private final byte[] received = new byte[LENGTH];
    private int count;

    /** Our own greeting. */
    static byte[] ours() {
        byte[] bytes = new byte[LENGTH];
        bytes[0] = (byte) 0xFF;
        bytes[SIGNATURE_END] = 0x7F;
        bytes[MAJOR] = 3;
        bytes[MAJOR + 1] = 1;
        System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, bytes, MECHANISM, 4);
        return bytes;
    }

    /**
     * Takes what belongs to the greeting, and judges each byte as it comes: a stranger shall not wait for the deadline.
     *
     * @return whether the greeting is complete
     */
    boolean consume(ByteBuffer in) throws ProtocolViolation {
        while (count < LENGTH && in.hasRemaining()) {
            received[count] = in.get();
            judge(count);
            count++;
        }
        return count == LENGTH;
    }

    private void judge(int index) throws ProtocolViolation {
        int value = received[index] & 0xFF;
        if (index == 0 && value != 0xFF) {
            throw new ProtocolViolation("no ZMTP greeting, or ZMTP 1.0: the first byte is " + value);
        }
        if (index == SIGNATURE_END && value != 0x7F) {
            throw new ProtocolViolation("no ZMTP greeting: the tenth byte is " + value);
        }
        if (index == MAJOR && value < 3) {
            throw new ProtocolViolation("an old ZMTP with revision " + value + ", expected 3.0 or later");
        }
        if (index == MECHANISM + MECHANISM_LENGTH - 1) {
            judgeMechanism();
        }
    }

    private void judgeMechanism() throws ProtocolViolation {
        int length = 0;
        while (length < MECHANISM_LENGTH && received[MECHANISM + length] != 0) {
            length++;
        }
        String mechanism = Printable.of(ByteBuffer.wrap(received, MECHANISM, length));
        if (!mechanism.equals("NULL")) {
            throw new ProtocolViolation("security mechanism '" + mechanism + "', expected NULL");
        }
    }
}
