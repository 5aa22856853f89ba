package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;

/**
 * What happens before messages (RFC 37, NULL mechanism). Pure: bytes go in, the next thing to do comes out.
 *
 * <pre>
 *   GREETING --- 64 bytes ---> READY --- command READY ---> DONE
 *      |                         |
 *      |  not ZMTP 3, not NULL   |  ERROR, another command, a message, another socket type
 *      v                         v
 *                    ProtocolViolation
 * </pre>
 */
final class Handshake {
    /** What to do. */
    enum Next {
        /** Wait for more bytes. */
        READ,
        /** Say READY, then go on with the same bytes. */
        SAY_READY,
        /** The bytes from here on are frames. */
        DONE
    }

    private final Greeting greeting = new Greeting();
    private final FrameDecoder decoder = new FrameDecoder(ZmtpTransport.MAX_FRAME, Commands.MAX_LENGTH);
    private boolean greeted;
    private byte[] body = {};
    private int filled;

    /** Takes what belongs to the handshake from the front. */
    Next consume(ByteBuffer in) throws ProtocolViolation {
        if (!greeted) {
            if (!greeting.consume(in)) {
                return Next.READ;
            }
            greeted = true;
            return Next.SAY_READY;
        }
        if (!decoder.hasHead()) {
            if (!decoder.head(in)) {
                return Next.READ;
            }
            if (!decoder.isCommand()) {
                throw new ProtocolViolation("a message before READY");
            }
            body = new byte[decoder.length()];
        }
        int part = Math.min(body.length - filled, in.remaining());
        in.get(body, filled, part);
        filled += part;
        if (filled < body.length) {
            return Next.READ;
        }
        judge(ByteBuffer.wrap(body));
        return Next.DONE;
    }

    private static void judge(ByteBuffer command) throws ProtocolViolation {
        String name = Commands.name(command);
        if (name.equals(Commands.ERROR)) {
            throw new ProtocolViolation("refused by the other side: " + Commands.reason(command));
        }
        if (!name.equals(Commands.READY)) {
            throw new ProtocolViolation("command '" + name + "', expected READY");
        }
        String type = Commands.socketType(command);
        if (!SocketType.accepts(type)) {
            throw new ProtocolViolation("socket type '" + type + "', expected DEALER or ROUTER");
        }
    }
}
