package io.parley.core.internal.service;

import io.parley.core.spi.OutFrame;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.Grant;
import io.parley.core.wire.Reply;
import io.parley.core.wire.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * A request or reply that is too large for a frame, on its way in chunks. What a frame would hold goes at once, the rest when
 * the other side has room for all of it.
 *
 * <pre>
 *   WAITING in line ──its turn──▶ first 260,000 bytes ──GRANT──▶ the rest ──▶ SENT
 *        ▲                                │                         │
 *        └──────── link gives way ────────┴─────────────────────────┘
 * </pre>
 */
public final class Transfer {
    private final Grant which;
    private final ByteBuffer head;
    private final ByteBuffer body;
    private final long deadline;
    private int next;
    private int filled;
    private boolean granted;

    private Transfer(Grant which, ByteBuffer head, ByteBuffer body, long deadline) {
        this.which = which;
        this.head = head;
        this.body = body;
        this.deadline = deadline;
    }

    /**
     * A request in one attempt.
     *
     * @param frame as {@link Request#encode} made it; not copied
     * @param deadline when nobody waits for its reply any more, in nanoseconds of the loop's clock
     */
    public static Transfer of(ByteBuffer frame, long correlation, int attempt, long deadline) {
        ByteBuffer body = frame.duplicate().position(Request.recordAt(frame));
        ByteBuffer head = Request.chunkHead(frame, correlation, attempt);
        return new Transfer(new Grant(correlation, Grant.Of.REQUEST), head, body, deadline);
    }

    /** A reply that is DONE; its payload is not copied. */
    public static Transfer of(Reply reply) {
        Grant which = new Grant(reply.correlation(), Grant.Of.REPLY);
        return new Transfer(which, reply.chunkHead(), reply.payload(), Long.MAX_VALUE);
    }

    /** Whether a record or value of so many bytes goes in chunks. */
    public static boolean isLarge(int bytes) {
        return bytes > Request.MAX_WHOLE;
    }

    /** Which it is: what lets it go on. */
    public Grant which() {
        return which;
    }

    /** How many bytes it has, without heads. */
    int bytes() {
        return body.remaining();
    }

    /** Whether a chunk may go now. */
    boolean ready() {
        return next < allowed();
    }

    private int allowed() {
        return granted ? bytes() : Math.min(bytes(), Request.MAX_WHOLE);
    }

    void granted() {
        granted = true;
    }

    /** Puts the next chunk into an empty frame. It counts as sent when it was {@link #taken}. */
    public void put(OutFrame frame, int room, long now) {
        filled = Math.min(allowed() - next, Math.max(1, room));
        ByteBuffer begin = ByteBuffer.allocate(head.remaining() + Chunk.HEAD)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(head.duplicate());
        Chunk.put(begin, next, bytes());
        begin.flip();
        if (which.of() == Grant.Of.REQUEST) {
            Request.millisLeft(begin, millisLeft(deadline - now));
        }
        frame.add(begin);
        frame.add(body.slice(body.position() + next, filled));
    }

    /** What a request says of the time that is left. */
    public static int millisLeft(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanos)) + 1);
    }

    /** The chunk that was put has left. */
    public void taken() {
        next += filled;
        filled = 0;
    }

    /** Whether all of it has left. Before, the other side cannot have begun with it. */
    public boolean sent() {
        return next == bytes();
    }

    /** It goes on another link, from its beginning. */
    void again() {
        next = 0;
        granted = false;
    }
}
