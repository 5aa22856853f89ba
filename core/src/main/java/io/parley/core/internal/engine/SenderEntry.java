package io.parley.core.internal.engine;

import io.parley.core.internal.session.SenderSession;

/** A session on which this node sends, on its link. */
final class SenderEntry {
    private final SenderSession session;
    private final Outbound outbound;
    private final LinkState link;
    private boolean queued;
    private boolean ended;
    private long pinged;

    SenderEntry(SenderSession session, Outbound outbound, LinkState link) {
        this.session = session;
        this.outbound = outbound;
        this.link = link;
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
    }

    /** Whether less than a frame of new records waits: only what was appended since the last look counts as little. */
    boolean thin(int bestFrame) {
        return outbound.freshBytes() < bestFrame;
    }

    /** Whether something was sent since the last PING. */
    boolean busySincePing() {
        boolean busy = session.lastNumber() != pinged;
        pinged = session.lastNumber();
        return busy;
    }
}
