package io.parley.core.internal.session;

import io.parley.core.spi.InletSession;
import io.parley.core.wire.Credit;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session at its receiver: checks that numbers follow on one another. A hole on a standing link, or a PING that names a
 * number which does not come, means that something was lost: the link is closed, and resuming repairs it.
 *
 * <p>A record that comes in chunks is put together here, and takes its number when all of it has come.
 */
public final class ReceiverSession {
    /** How long a number that a PING named may stay away. */
    public static final long HOLE_AFTER = TimeUnit.SECONDS.toNanos(5);

    private final int id;
    private final InletSession inlet;
    private boolean attached;
    private @Nullable Assembly assembly;
    private long expected = 1;
    private long receivedBytes;
    private long grantedBytes;
    private long promised;
    private long promisedSince;
    private long promisedNext;
    private long promisedNextSince;

    /** A session that was asked for. */
    public ReceiverSession(int id, InletSession inlet) {
        this.id = id;
        this.inlet = inlet;
    }

    /** The session's number. */
    public int id() {
        return id;
    }

    /** What takes what arrives. */
    public InletSession inlet() {
        return inlet;
    }

    /** Whether the sender agreed. */
    public boolean attached() {
        return attached;
    }

    /** The sender agreed; its first item will have this number. */
    public void attached(long firstNumber) {
        attached = true;
        expected = firstNumber;
    }

    /** So much was granted to its sender. */
    public void granted(Credit credit) {
        grantedBytes = Math.max(grantedBytes, credit.bytes());
    }

    /**
     * Takes so many numbers, the first of which is this.
     *
     * @param bytes of their records
     * @return false when they do not follow on what came before
     */
    public boolean take(long first, long count, long bytes) {
        if (assembly != null || !follows(first)) {
            return false;
        }
        expected += count;
        receivedBytes += bytes;
        return true;
    }

    private boolean follows(long number) {
        return attached && number == expected;
    }

    /**
     * Adds a chunk, which was checked, to those that came before.
     *
     * @return false when its number does not follow on what came before
     * @throws MalformedFrame when it does not continue the chunk before, or comes without credit
     */
    public boolean addChunk(ByteBuffer chunk) {
        if (!follows(DataHead.firstNumber(chunk))) {
            return false;
        }
        Assembly adding = assembly == null ? new Assembly(chunk) : assembly;
        if (receivedBytes + adding.filled() >= grantedBytes) {
            throw new MalformedFrame("a chunk at " + adding.filled() + " of " + adding.total() + " without credit");
        }
        assembly = adding;
        adding.add(chunk);
        return true;
    }

    /** Whether a record comes in chunks, the last of which is not here yet. */
    public boolean assembles() {
        Assembly of = assembly;
        return of != null && of.filled() < of.total();
    }

    /** The length of the record that comes in chunks; 0 for none. */
    public int assembledLength() {
        return assembly == null ? 0 : assembly.total();
    }

    /** How much of it is here. */
    public int assembledBytes() {
        return assembly == null ? 0 : assembly.filled();
    }

    /** What lets the sender go on to the end of the record that comes in chunks. */
    public Credit creditToTheEnd() {
        return new Credit(expected, receivedBytes + assembledLength());
    }

    /** Whether that is more than was granted. */
    public boolean needsCredit() {
        return assembles() && creditToTheEnd().bytes() > grantedBytes;
    }

    /** The frame of a record that came in chunks, all of which are here; its number is taken. */
    public ByteBuffer takeAssembled() {
        Assembly done = assembly;
        if (done == null) {
            throw new IllegalStateException("nothing came in chunks");
        }
        ByteBuffer whole = done.whole();
        assembly = null;
        expected++;
        receivedBytes += done.total();
        return whole;
    }

    /** What came of a record so far is given up. */
    public void end() {
        assembly = null;
    }

    /**
     * A PING said that everything up to this number was sent. Returns whether that is to be {@link #broken judged} at {@link
     * #deadline}, as nothing was before.
     */
    public boolean promised(long last, long now) {
        boolean waiting = deadline() != Long.MAX_VALUE;
        if (last < expected) {
            return false;
        }
        if (!waiting) {
            promisedSince = now;
            promised = last;
        } else if (last > Math.max(promised, promisedNext)) {
            promisedNextSince = now;
            promisedNext = last;
        }
        return !waiting;
    }

    /** When a promise is to be judged; {@link Long#MAX_VALUE} when none is open. */
    public long deadline() {
        if (promised < expected) { // kept: the next one's turn
            promised = promisedNext;
            promisedSince = promisedNextSince;
            promisedNext = 0;
        }
        return promised < expected ? Long.MAX_VALUE : promisedSince + HOLE_AFTER;
    }

    /** Whether a promised number stayed away for too long. */
    public boolean broken(long now) {
        return promised >= expected && now - promisedSince >= HOLE_AFTER;
    }

    /** Our own loop was away for so long. */
    public void shift(long late) {
        promisedSince += late;
        promisedNextSince += late;
    }
}
