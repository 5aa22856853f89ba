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

    /** A PING said that everything up to this number was sent. */
    public void promised(long last, long now) {
        if (last >= expected && promised < expected) {
            promisedSince = now;
            promised = last;
        }
    }

    /** Whether a promised number stayed away for too long. */
    public boolean broken(long now) {
        return promised >= expected && now - promisedSince >= HOLE_AFTER;
    }

    /** Our own loop was away for so long. */
    public void shift(long late) {
        promisedSince += late;
    }
}
