package io.parley.transport.internal.zmtp;

import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection. Large frames are written from where they lie; small ones are gathered, in order, until
 * {@link #flush}; what the socket does not take is copied and written when it can.
 *
 * <pre>
 *            small frame                      the socket took all
 *   EMPTY ----------------> GATHERING ----- flush or a large frame ----> EMPTY
 *     |                         |
 *     | it took a part          | it took a part
 *     v                         v
 *   BLOCKED: small frames are held up to the limit, all others FULL ---- flush, it took all ----> EMPTY
 * </pre>
 */
final class Outbound {
    /** The most bytes to hold for one connection, before a frame is FULL. */
    static final int MAX_HELD = 1 << 18;

    /** Frames up to this size cost less to copy than to write by themselves. */
    static final int SMALL = 1 << 14;

    /** Gathered bytes beyond this are written without waiting for the turn's end. */
    private static final int MAX_GATHERED = 1 << 16;

    private static final int FIRST_HELD = 1 << 10;

    private final GatheringByteChannel channel;
    private final BufferPool pool;
    private final ByteBuffer head;

    /** What is to be written, from position to limit. */
    private @Nullable PooledBuffer held;

    private int unwritten;
    private boolean blocked;
    private boolean refused;

    /** @param head room for the head of a frame, shared by all connections of a thread */
    Outbound(GatheringByteChannel channel, BufferPool pool, ByteBuffer head) {
        this.channel = channel;
        this.pool = pool;
        this.head = head;
    }

    /** Offers a frame. TAKEN frames may wait for {@link #flush}: see {@link #isHolding}. */
    Sent send(OutFrame frame) throws IOException {
        int length = frame.bytes();
        int need = FrameDecoder.headLength(length) + length;
        boolean small = length <= SMALL;
        if (blocked) {
            if (!small || heldBytes() + need > MAX_HELD) {
                refused = true;
                return Sent.FULL;
            }
        } else if (!small || heldBytes() + need > MAX_GATHERED) {
            return write(frame);
        }
        ByteBuffer out = openEnd(need);
        FrameDecoder.putHead(out, 0, length);
        copyRest(frame, out);
        closeEnd(out);
        return Sent.TAKEN;
    }

    /** Sends bytes of the protocol itself. Not when more is held than may be: such a peer does not read. */
    void say(byte[] bytes) {
        if (heldBytes() + bytes.length <= MAX_HELD) {
            closeEnd(openEnd(bytes.length).put(bytes));
        }
    }

    /** Sends a command. */
    void command(byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(FrameDecoder.headLength(body.length) + body.length);
        FrameDecoder.putHead(out, FrameDecoder.COMMAND, body.length);
        say(out.put(body).array());
    }

    private Sent write(OutFrame frame) throws IOException {
        int length = frame.bytes();
        int headLength = FrameDecoder.headLength(length);
        ByteBuffer first = firstSlot(length, headLength);
        @Nullable ByteBuffer[] buffers = frame.buffers();
        long total = (long) first.remaining() + length;
        buffers[0] = first;
        long written;
        try {
            written = channel.write(buffers, 0, frame.count());
        } finally {
            buffers[0] = null;
        }
        if (written == total) {
            letGo();
            return Sent.TAKEN;
        }
        blocked = true;
        if (first.remaining() >= headLength) {
            takeBack(first, headLength);
            refused = true;
            return Sent.FULL;
        }
        keepRest(frame, first, (int) (total - written));
        return Sent.TAKEN;
    }

    /** What goes before the frame's bytes: what is held, and the head. */
    private ByteBuffer firstSlot(int length, int headLength) {
        if (held == null) {
            head.clear();
            FrameDecoder.putHead(head, 0, length);
            return head.flip();
        }
        ByteBuffer out = openEnd(headLength);
        FrameDecoder.putHead(out, 0, length);
        return closeEnd(out);
    }

    /** Nothing of the frame was written, and its head will not be either. */
    private void takeBack(ByteBuffer first, int headLength) {
        first.limit(first.limit() - headLength);
        if (!first.hasRemaining()) {
            letGo();
        }
    }

    private void keepRest(OutFrame frame, ByteBuffer first, int rest) {
        boolean fresh = held == null;
        ByteBuffer out = openEnd(rest);
        if (fresh) {
            out.put(first);
        }
        copyRest(frame, out);
        closeEnd(out);
    }

    private static void copyRest(OutFrame frame, ByteBuffer out) {
        @Nullable ByteBuffer[] buffers = frame.buffers();
        for (int i = 1; i < frame.count(); i++) {
            ByteBuffer buffer = buffers[i];
            if (buffer != null) {
                out.put(buffer);
            }
        }
    }

    /** The held bytes, ready to be added to behind their end. */
    private ByteBuffer openEnd(int more) {
        ByteBuffer out = room(more);
        unwritten = out.position();
        int end = out.limit();
        return out.limit(out.capacity()).position(end);
    }

    /** What was added ends at the position. */
    private ByteBuffer closeEnd(ByteBuffer out) {
        return out.limit(out.position()).position(unwritten);
    }

    /** The held bytes, with room for more behind their limit. */
    private ByteBuffer room(int more) {
        PooledBuffer old = held;
        if (old == null) {
            PooledBuffer fresh = pool.take(Math.max(more, FIRST_HELD));
            fresh.bytes().limit(0);
            held = fresh;
            return fresh.bytes();
        }
        ByteBuffer bytes = old.bytes();
        if (bytes.capacity() - bytes.limit() >= more) {
            return bytes;
        }
        int remaining = bytes.remaining();
        if (bytes.capacity() - remaining >= more) {
            return bytes.compact().flip();
        }
        PooledBuffer larger = pool.take(remaining + more);
        larger.bytes().put(bytes).flip();
        old.release();
        held = larger;
        return larger.bytes();
    }

    /**
     * Writes what is held, as far as the socket takes it.
     *
     * @return whether nothing is held any more
     */
    boolean flush() throws IOException {
        PooledBuffer bytes = held;
        if (bytes != null) {
            channel.write(bytes.bytes());
            if (bytes.bytes().hasRemaining()) {
                blocked = true;
                return false;
            }
            letGo();
        }
        blocked = false;
        return true;
    }

    private void letGo() {
        PooledBuffer bytes = held;
        if (bytes != null) {
            held = null;
            bytes.release();
        }
    }

    /** Whether anything was taken that is not written. */
    boolean isHolding() {
        return held != null;
    }

    /** Whether the socket must become writable before anything is tried again. */
    boolean isBlocked() {
        return blocked;
    }

    /** Whether a frame was FULL since this was last asked, and one may be taken again. */
    boolean wantsSignal() {
        boolean wanted = refused && !blocked;
        refused = refused && !wanted;
        return wanted;
    }

    private int heldBytes() {
        return held == null ? 0 : held.bytes().remaining();
    }

    /** The connection is closed: gives back what is held. */
    void close() {
        letGo();
    }
}
