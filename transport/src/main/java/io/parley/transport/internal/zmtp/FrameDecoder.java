package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;

/**
 * Reads the heads of frames, in as many pieces as they come. RFC 37, "Framing":
 *
 * <pre>
 *  flags        short size              flags        long size, big endian
 *  +----------+----------+ body …       +----------+--------------------------------+ body …
 *  | 00000C0M |  0…255   |              | 00000C1M |  8 bytes, highest bit zero     |
 *  +----------+----------+              +----------+--------------------------------+
 *  M: more parts of this message follow   C: a command, never with M   the other bits are zero
 * </pre>
 *
 * The size is held against the limits before anybody makes room for it.
 */
final class FrameDecoder {
    static final int MORE = 1;
    static final int LONG = 2;
    static final int COMMAND = 4;

    private static final int RESERVED = ~(MORE | LONG | COMMAND) & 0xFF;

    private final int maxMessage;
    private final int maxCommand;

    private int flags;
    /** Bytes of the head that are still to come: -1 before the flags, 0 when the head is complete. */
    private int missing = -1;

    private long length;

    FrameDecoder(int maxMessage, int maxCommand) {
        this.maxMessage = maxMessage;
        this.maxCommand = maxCommand;
    }

    /**
     * Takes what belongs to the head.
     *
     * @return whether the head is complete; then its values stand until {@link #next}
     */
    boolean head(ByteBuffer in) throws ProtocolViolation {
        if (missing < 0) {
            if (!in.hasRemaining()) {
                return false;
            }
            begin(in.get() & 0xFF);
        }
        while (missing > 0) {
            if (!in.hasRemaining()) {
                return false;
            }
            length = length << 8 | in.get() & 0xFF;
            missing--;
            if (missing == 0) {
                check();
            }
        }
        return true;
    }

    private void begin(int first) throws ProtocolViolation {
        if ((first & RESERVED) != 0) {
            throw new ProtocolViolation("frame flags " + first + ": a reserved bit is set");
        }
        if ((first & (COMMAND | MORE)) == (COMMAND | MORE)) {
            throw new ProtocolViolation("frame flags " + first + ": a command in several parts");
        }
        flags = first;
        length = 0;
        missing = (first & LONG) != 0 ? 8 : 1;
    }

    private void check() throws ProtocolViolation {
        int limit = isCommand() ? maxCommand : maxMessage;
        if (length < 0 || length > limit) {
            throw new ProtocolViolation((isCommand() ? "a command" : "a frame") + " of " + Long.toUnsignedString(length)
                    + " bytes, at most " + limit + " are taken");
        }
    }

    /** Whether a head is complete and its body is awaited. */
    boolean hasHead() {
        return missing == 0;
    }

    /** The length of the body, within the limits. */
    int length() {
        return (int) length;
    }

    boolean isCommand() {
        return (flags & COMMAND) != 0;
    }

    /** Whether more parts of the same message follow. */
    boolean hasMore() {
        return (flags & MORE) != 0;
    }

    /** The body was taken; the next byte begins a head. */
    void next() {
        missing = -1;
    }

    /** How long the head before a body of so many bytes is. */
    static int headLength(int body) {
        return body <= 255 ? 2 : 9;
    }

    /** Writes the head before a body of so many bytes. */
    static void putHead(ByteBuffer out, int flags, int body) {
        if (body <= 255) {
            out.put((byte) flags).put((byte) body);
        } else {
            // Byte by byte, whatever the order of the buffer.
            out.put((byte) (flags | LONG))
                    .put((byte) 0)
                    .put((byte) 0)
                    .put((byte) 0)
                    .put((byte) 0);
            out.put((byte) (body >>> 24))
                    .put((byte) (body >>> 16))
                    .put((byte) (body >>> 8))
                    .put((byte) body);
        }
    }
}
