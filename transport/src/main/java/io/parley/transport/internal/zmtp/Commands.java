package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The commands of ZMTP 3 (RFC 37, "Commands"; RFC 23 has READY and ERROR), as bodies of command frames:
 *
 * <pre>
 *  +--------+------+------+
 *  | length | name | data |      length: 1 byte, then the name in ASCII
 *  +--------+------+------+
 *  READY   { length 1, name, length 4 big endian, value } *     Socket-Type, Identity (we send it empty), others are ignored
 *  ERROR   length 1, reason
 *  PING    time to live in tenths of a second, 2 bytes big endian; context, at most 16 bytes
 *  PONG    the context of the PING
 * </pre>
 */
final class Commands {
    static final String READY = "READY";
    static final String ERROR = "ERROR";
    static final String PING = "PING";
    static final String PONG = "PONG";

    /** The largest command that is taken, both in the handshake and after it. */
    static final int MAX_LENGTH = 4096;

    private static final int MAX_CONTEXT = 16;
    private static final String SOCKET_TYPE = "socket-type";

    private Commands() {}

    /** Takes the name from the front of a command. */
    static String name(ByteBuffer body) throws ProtocolViolation {
        if (!body.hasRemaining()) {
            throw new ProtocolViolation("an empty command");
        }
        int length = body.get() & 0xFF;
        if (length == 0 || length > body.remaining()) {
            throw new ProtocolViolation("a command whose name has " + length + " of " + body.remaining() + " bytes");
        }
        return text(body, length);
    }

    /** The body of our READY. */
    static byte[] ready(SocketType ours) {
        byte[] type = ours.name().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer body = ByteBuffer.allocate(64 + type.length);
        putName(body, READY);
        putName(body, "Socket-Type");
        body.putInt(type.length).put(type);
        putName(body, "Identity");
        body.putInt(0);
        return bytes(body);
    }

    /** Reads the properties of a READY, from behind its name, and gives the socket type. */
    static String socketType(ByteBuffer properties) throws ProtocolViolation {
        String found = "";
        while (properties.hasRemaining()) {
            String name = name(properties).toLowerCase(Locale.ROOT);
            if (properties.remaining() < 4) {
                throw new ProtocolViolation("READY ends in the middle of property '" + name + "'");
            }
            // Commands come as slices in the order of the frames above; the wire of ZMTP is big endian.
            int length = bigEndianInt(properties);
            if (length < 0 || length > properties.remaining()) {
                throw new ProtocolViolation("READY with a property of " + Integer.toUnsignedString(length) + " bytes, "
                        + properties.remaining() + " are left");
            }
            if (name.equals(SOCKET_TYPE)) {
                found = text(properties, length);
            } else {
                properties.position(properties.position() + length);
            }
        }
        return found;
    }

    /** The reason in an ERROR, from behind its name. */
    static String reason(ByteBuffer data) {
        if (data.hasRemaining()) {
            data.get();
        }
        return Printable.of(data);
    }

    /** The time to live in a PING, from behind its name, in tenths of a second; 0 is none. */
    static int timeToLive(ByteBuffer data) throws ProtocolViolation {
        if (data.remaining() < 2) {
            throw new ProtocolViolation("a PING of " + data.remaining() + " bytes, expected at least 2");
        }
        return (data.get() & 0xFF) << 8 | data.get() & 0xFF;
    }

    /** The answer to a PING, whose context this is. A longer context than allowed is cut, as others do. */
    static byte[] pong(ByteBuffer context) {
        ByteBuffer body = ByteBuffer.allocate(1 + PONG.length() + MAX_CONTEXT);
        putName(body, PONG);
        for (int left = Math.min(MAX_CONTEXT, context.remaining()); left > 0; left--) {
            body.put(context.get());
        }
        return bytes(body);
    }

    private static int bigEndianInt(ByteBuffer in) {
        return (in.get() & 0xFF) << 24 | (in.get() & 0xFF) << 16 | (in.get() & 0xFF) << 8 | in.get() & 0xFF;
    }

    private static void putName(ByteBuffer body, String name) {
        body.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuffer in, int length) {
        String text = Printable.of(in.slice(in.position(), length));
        in.position(in.position() + length);
        return text;
    }

    private static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.flip().remaining()];
        body.get(bytes);
        return bytes;
    }
}
