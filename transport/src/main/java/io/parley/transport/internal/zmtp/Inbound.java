package io.parley.transport.internal.zmtp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ScatteringByteChannel;
import org.jspecify.annotations.Nullable;

/** The receiving half of a connection: reads, cuts into frames, and keeps the beginning of the one that is incomplete. */
final class Inbound {
    private final ReadBuffers buffers;
    private final FrameHandler handler;
    private final FrameDecoder decoder;
    private final ByteBuffer[] pair = new ByteBuffer[2];

    private boolean started;
    private boolean ignored;
    /** Where in the current buffer the body of the incomplete frame begins, or -1. */
    private int tail = -1;
    /** The incomplete frame, when it has a buffer of its own: filled up to the position, complete at the limit. */
    private @Nullable PooledBuffer begun;

    private boolean filled;
    private boolean progressed;

    Inbound(ReadBuffers buffers, FrameHandler handler, int maxFrame) {
        this.buffers = buffers;
        this.handler = handler;
        this.decoder = new FrameDecoder(maxFrame, Commands.MAX_LENGTH);
    }

    /**
     * Reads once, and hands on what is complete.
     *
     * @return the number of bytes read, 0 when there were none, -1 at the end
     */
    long read(ScatteringByteChannel channel) throws IOException, ProtocolViolation {
        PooledBuffer room = buffers.room(this);
        ByteBuffer bytes = room.bytes();
        if (ignored) {
            return skip(channel, bytes);
        }
        int from = tail >= 0 ? tail : bytes.position();
        long count;
        PooledBuffer rest = begun;
        if (rest == null) {
            count = channel.read(bytes);
        } else {
            pair[0] = rest.bytes();
            pair[1] = bytes;
            count = channel.read(pair, 0, 2);
        }
        filled = !bytes.hasRemaining();
        if (count <= 0) {
            return count;
        }
        progressed = true;
        if (rest != null) {
            if (rest.bytes().hasRemaining()) {
                return count;
            }
            complete(rest);
        }
        cut(room, from);
        return count;
    }

    /** Reads into room that stays free. */
    private long skip(ScatteringByteChannel channel, ByteBuffer bytes) throws IOException {
        int from = bytes.position();
        long count = channel.read(bytes);
        filled = !bytes.hasRemaining();
        bytes.position(from);
        return count;
    }

    /** Whether the last read took as much as there was room for: there may be more. */
    boolean isFilled() {
        return filled;
    }

    /** Whether a frame is begun that has a buffer of its own. */
    boolean hasBegun() {
        return begun != null;
    }

    /** Whether a frame is begun that has a buffer of its own, and nothing came since this was last asked. */
    boolean isStalled() {
        boolean stalled = begun != null && !progressed;
        progressed = false;
        return stalled;
    }

    private void cut(PooledBuffer room, int from) throws ProtocolViolation {
        ByteBuffer view = room.view(from);
        tail = -1;
        if (!started) {
            started = handler.handshake(view);
        }
        while (started && goesOn()) {
            if (!decoder.hasHead() && !decoder.head(view)) {
                break;
            }
            int length = decoder.length();
            if (view.remaining() < length) {
                break;
            }
            int at = view.position();
            view.position(at + length);
            deliver(room, at, length);
        }
        if (decoder.hasHead() && view.hasRemaining() && goesOn()) {
            tail = view.position();
            buffers.lodge(this);
        } else {
            buffers.leave(this);
        }
    }

    private boolean goesOn() {
        return !ignored && handler.isOpen();
    }

    private void deliver(PooledBuffer room, int at, int length) throws ProtocolViolation {
        decoder.next();
        FrameHandler.Part part = part();
        if (decoder.isCommand()) {
            handler.command(room.bytes().slice(at, length));
        } else if (buffers.isScarce()) {
            PooledBuffer copy = buffers.own().take(length);
            copy.bytes().put(room.bytes().slice(at, length));
            handler.message(new ReceivedFrame(copy, 0, length), part);
        } else {
            room.retain();
            handler.message(new ReceivedFrame(room, at, length), part);
        }
    }

    private FrameHandler.Part part() {
        return decoder.hasMore() ? FrameHandler.Part.MORE : FrameHandler.Part.LAST;
    }

    private void complete(PooledBuffer rest) throws ProtocolViolation {
        begun = null;
        int length = decoder.length();
        buffers.end(length);
        decoder.next();
        if (decoder.isCommand()) {
            handler.command(rest.bytes().flip());
            rest.release();
        } else {
            handler.message(new ReceivedFrame(rest, 0, length), part());
        }
    }

    /** Where in the current buffer the incomplete frame begins. */
    int tail() {
        return tail;
    }

    /** How many bytes of the incomplete frame are still to come, when what is there ends here. */
    int missing(int end) {
        return decoder.length() - (end - tail);
    }

    /** The incomplete frame must leave the current buffer; these are its bytes so far. */
    void moveOut(ByteBuffer soFar) {
        int length = decoder.length();
        PooledBuffer room = buffers.begin(length);
        room.bytes().limit(length).put(soFar);
        begun = room;
        tail = -1;
    }

    /** From now on bytes are read and thrown away, also what of the last read is not handed on yet. */
    void ignore() {
        ignored = true;
        close();
    }

    /** The connection is closed: gives back what is held. */
    void close() {
        buffers.leave(this);
        tail = -1;
        PooledBuffer rest = begun;
        if (rest != null) {
            begun = null;
            buffers.end(decoder.length());
            rest.release();
        }
    }
}
