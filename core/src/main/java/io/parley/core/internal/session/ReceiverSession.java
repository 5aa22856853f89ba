package io.parley.core.internal.session;

import io.parley.core.spi.InletSession;
import java.util.concurrent.TimeUnit;

/**
 * A session at its receiver: checks that numbers follow on one another. A hole on a standing link, or a PING that names a
 * number which does not come, means that something was lost: the link is closed, and resuming repairs it.
 */
public final class ReceiverSession {
    /** How long a number that a PING named may stay away. */
    public static final long HOLE_AFTER = TimeUnit.SECONDS.toNanos(5);

    private final int id;
    private final InletSession inlet;
    private boolean attached;
    private long expected = 1;
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

    /** Takes so many numbers, the first of which is this; false when they do not follow on what came before. */
    public boolean take(long first, long count) {
        if (!attached || first != expected) {
            return false;
        }
        expected += count;
        return true;
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
