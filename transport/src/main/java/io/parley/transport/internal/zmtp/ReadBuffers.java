package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that all connections of a transport read into. One is current; frames that arrived whole are handed up as
 * slices of it, and it goes round again when they are released:
 *
 * <pre>
 *   | frames handed up, maybe still in use | begin of a frame (the tenant's) | room for the next read |
 * </pre>
 *
 * The connection whose last frame is incomplete is the tenant: when it is also the next one to read, it goes on in place.
 * When another one reads first, or the room does not do, the begun frame moves to a buffer of its own.
 *
 * <p>A frame of a few bytes that is kept for long keeps a whole buffer. So when the last buffer has become current, frames
 * are handed up as copies of their own size, until buffers came back.
 */
final class ReadBuffers {
    /** Several frames of the best size: fewer system calls, and fewer frames cut in two. Larger ones leave the cache. */
    static final int SIZE = 1 << 18;

    private static final int CURRENTS = 96;
    private static final int MIN_ROOM = 1 << 15;
    private static final int LARGEST_OWN = 1 << 19;
    private static final long MAX_OWN = 1 << 24;

    /** More begun frames than this, in bytes, and connections that have none are not read for a while. */
    static final long MAX_BEGUN = 1 << 26;

    private final BufferPool pool = new BufferPool(SIZE, SIZE, (long) SIZE * CURRENTS);
    private final BufferPool own = new BufferPool(1 << 10, LARGEST_OWN, MAX_OWN);
    private @Nullable PooledBuffer current;
    private @Nullable Inbound tenant;
    private boolean scarce;
    private long begun;

    /** The room for a reader's next bytes, behind what it left there. */
    PooledBuffer room(Inbound reader) {
        Inbound lodger = tenant;
        if (lodger != null && (lodger != reader || hasNoRoomFor(reader))) {
            moveOut(lodger);
        }
        PooledBuffer buffer = current();
        if (tenant == null) {
            if (buffer.isOnlyMine()) {
                buffer.bytes().clear();
            } else if (buffer.bytes().remaining() < MIN_ROOM) {
                buffer.release();
                buffer = pool.take(SIZE);
                current = buffer;
                scarce = true;
            }
        }
        if (scarce) {
            scarce = !pool.hasRoom();
        }
        return buffer;
    }

    private PooledBuffer current() {
        PooledBuffer buffer = current;
        if (buffer == null) {
            buffer = pool.take(SIZE);
            current = buffer;
        }
        return buffer;
    }

    /** The reader's last frame is incomplete, and ends where the room begins. */
    void lodge(Inbound reader) {
        tenant = reader;
    }

    /** The reader left nothing behind. */
    void leave(Inbound reader) {
        if (tenant == reader) {
            tenant = null;
        }
    }

    private boolean hasNoRoomFor(Inbound reader) {
        ByteBuffer bytes = current().bytes();
        return bytes.remaining() < reader.missing(bytes.position());
    }

    private void moveOut(Inbound lodger) {
        ByteBuffer bytes = current().bytes();
        int from = lodger.tail();
        lodger.moveOut(bytes.slice(from, bytes.position() - from));
        bytes.position(from);
        tenant = null;
    }

    /** Whether frames have to be copied out of the current buffer. */
    boolean isScarce() {
        return scarce;
    }

    /** A buffer for a begun frame. */
    PooledBuffer begin(int length) {
        begun += length;
        return own.take(length);
    }

    /** A begun frame is complete, or given up. */
    void end(int length) {
        begun -= length;
    }

    /** Whether so much is begun that nobody should begin more. */
    boolean isCrowded() {
        return begun > MAX_BEGUN;
    }

    /** How many bytes the frames that are begun will have. */
    long begun() {
        return begun;
    }

    /** The pool of the buffers that are read into. */
    BufferPool pool() {
        return pool;
    }

    /** A buffer for a copy, or for what could not be written at once. */
    BufferPool own() {
        return own;
    }
}
