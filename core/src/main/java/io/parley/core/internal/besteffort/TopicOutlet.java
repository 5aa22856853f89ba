package io.parley.core.internal.besteffort;

import io.parley.core.channel.Happening;
import io.parley.core.channel.Overflow;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.besteffort.BestEffort.Ring;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.OutletStatus;
import io.parley.core.spi.OutletStatus.ReaderLine;
import io.parley.core.wire.Attach;
import java.util.ArrayList;
import java.util.List;

/**
 * The sending side of a best effort topic: one session per receiving node, each a cursor over the ring. What was written stays
 * until the ring is crowded, so that a reader whose link broke goes on where it was.
 */
final class TopicOutlet implements Outlet {
    private final Ring ring;
    private final Overflow.Action overflow;
    private final OutletListener listener;
    private final List<TopicSession> sessions = new ArrayList<>();

    TopicOutlet(Ring ring, Overflow.Action overflow, OutletListener listener) {
        this.ring = ring;
        this.overflow = overflow;
        this.listener = listener;
    }

    @Override
    public Attachment attach(Attach request, PeerRun peer, long now) {
        TopicSession session = new TopicSession(ring, request, peer, this);
        sessions.add(session);
        return new Accepted(session);
    }

    void ended(TopicSession session) {
        sessions.remove(session);
    }

    void expired(long count) {
        listener.happened(Happening.MESSAGE_EXPIRED, count, "");
    }

    @Override
    public long turn(long now) {
        if (overflow == Overflow.Action.DROP_OLDEST) {
            ring.log().trim(ring.log().crowded());
        } else if (ring.log().usedBytes() > ring.log().capacity() / 2) {
            ring.log().trim(flushedLsn()); // below the mark at which a waiting appender goes on
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void peerLost(NodeId peer, long now) {
        // the session ended with the link, and nothing else is kept
    }

    @Override
    public void peerGone(NodeId peer, long now) {
        // the session ended with the link, and nothing else is kept
    }

    @Override
    public long flushedLsn() {
        long written = Long.MAX_VALUE;
        for (int i = 0; i < sessions.size(); i++) {
            written = Math.min(written, sessions.get(i).lsn());
        }
        return Math.min(written, ring.log().endLsn());
    }

    @Override
    public OutletStatus status() {
        List<ReaderLine> lines = new ArrayList<>();
        long waiting = 0;
        for (TopicSession session : sessions) {
            waiting = Math.max(waiting, session.behind());
            lines.add(new ReaderLine(session.peer(), session.filters(), "attached", session.behind()));
        }
        return new OutletStatus(waiting, 0, 0, 0, lines, null);
    }
}
