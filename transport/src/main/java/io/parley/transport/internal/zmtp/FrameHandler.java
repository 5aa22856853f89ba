package io.parley.transport.internal.zmtp;

import io.parley.core.spi.InFrame;
import java.nio.ByteBuffer;

/**
 * What becomes of the bytes that {@link Inbound} cuts into frames. A link takes single-part messages only; a socket for
 * foreign peers would be another implementation of this, which puts parts together.
 */
interface FrameHandler {
    /** Whether a message is complete. */
    enum Part {
        /** More parts of the same message follow. */
        MORE,
        /** The last part, or the only one. */
        LAST
    }

    /**
     * Takes the bytes before the first frame.
     *
     * @return whether frames begin at the position of the bytes
     */
    boolean handshake(ByteBuffer in) throws ProtocolViolation;

    /** A message or a part of one; the handler owns one count of it, also when it throws. */
    void message(InFrame frame, Part part) throws ProtocolViolation;

    /** The body of a command, valid during the call. */
    void command(ByteBuffer body) throws ProtocolViolation;

    /** Whether to go on; false once the connection was closed by what was told. */
    boolean isOpen();
}
