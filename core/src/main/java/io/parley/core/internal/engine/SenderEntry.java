package io.parley.core.internal.engine;

import io.parley.core.channel.Kind;
import io.parley.core.internal.session.SenderSession;
import java.util.concurrent.TimeUnit;

/** A session on which this node sends, on its link. */
final class SenderEntry {
    private static final long STREAMING = TimeUnit.MICROSECONDS.toNanos(50);

    private final SenderSession session;
    private final Outbound outbound;
    private final LinkState link;
    private boolean queued;
    private boolean ended;
    private long pinged;
    private long lastSent;
    private long appendedWhenSent;
    private boolean emptied;
    private boolean inChunks;

    SenderEntry(SenderSession session, Outbound outbound, LinkState link) {
        this.session = session;
        this.outbound = outbound;
        this.link = link;
        lastSent = Long.MIN_VALUE / 2;
    }

    SenderSession session() {
        return session;
    }

    Outbound outbound() {
        return outbound;
    }

    LinkState link() {
        return link;
    }

    boolean queued() {
        return queued;
    }

    void queued(boolean now) {
        queued = now;
    }

    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
        sendsNoMore();
    }

    /** What is left of a message in chunks is not sent. */
    void sendsNoMore() {
        session.end();
        outbound.sendsChunks(this);
    }

    /**
     * Whether something may be sent on it now. A worker that fell silent gets nothing new: it would wait there until the peer
     * is lost, while another worker could do it. A topic's reader gets what is its own in any case.
     */
    boolean ready() {
        return session.ready() && !(outbound.id().kind() == Kind.QUEUE && link.suspect());
    }

    /**
     * Whether it is better to let a turn pass: a frame went out a moment ago, so more is surely on its way, and what is new is
     * little. A lone message after a pause is never held up.
     */
    boolean waitsForMore(int bestFrame, long now) {
        return emptied
                && now - lastSent < STREAMING
                && outbound.appendedBytes() - appendedWhenSent < bestFrame
                && session.yields();
    }

    /** A frame goes out. */
    void sent(long now) {
        lastSent = now;
        appendedWhenSent = outbound.appendedBytes();
        emptied = !session.outlet().hasMore();
        if (session.sendsChunks() || inChunks) {
            inChunks = session.sendsChunks();
            outbound.sendsChunks(this);
        }
    }

    /** Whether something was sent since the last PING. */
    boolean busySincePing() {
        boolean busy = session.lastNumber() != pinged;
        pinged = session.lastNumber();
        return busy;
    }
}
