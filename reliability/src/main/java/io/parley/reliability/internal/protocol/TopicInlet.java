package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletSession;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.SenderOffer;
import io.parley.core.spi.TopicInbox;
import io.parley.core.wire.Gap;
import java.util.HashMap;
import java.util.Map;

/** The receiving side of one reader of a RELIABLE topic, over all senders. What it ran is remembered by its inbox. */
public final class TopicInlet implements Inlet {
    private final ReaderSettings settings;
    private final TopicInbox inbox;
    private final Map<NodeId, Outlet.PeerRun> senders = new HashMap<>();
    private final Map<NodeId, TopicInletSession> sessions = new HashMap<>();

    /** Opens a reader. */
    public TopicInlet(ReaderSettings settings, TopicInbox inbox) {
        this.settings = settings;
        this.inbox = inbox;
    }

    @Override
    public InletSession open(SenderOffer offer, long now) {
        Outlet.PeerRun before = senders.put(offer.peer().id(), offer.peer());
        if (before != null && !before.equals(offer.peer())) {
            forget(before);
        }
        TopicInletSession session = new TopicInletSession(settings, inbox, offer);
        sessions.put(offer.peer().id(), session);
        return session;
    }

    @Override
    public boolean isStale(Outlet.PeerRun sender) {
        long known = inbox.lastHandled(sender).epoch();
        return settings.mode() == Mode.DURABLE
                && Long.compareUnsigned(sender.run().epoch(), known) < 0;
    }

    @Override
    public void peerGone(NodeId peer, long now) {
        sessions.remove(peer);
        Outlet.PeerRun run = senders.remove(peer);
        if (run != null) {
            forget(run);
        }
    }

    /** A sender whose log outlives it comes back with what it had. */
    @Override
    public void senderLost(NodeId peer, long now) {
        Outlet.PeerRun run = senders.get(peer);
        if (run != null && settings.mode() != Mode.DURABLE) {
            inbox.open(run).put(Gap.senderLost());
        }
    }

    /** A log in memory is gone with its run: whatever comes in another one is new. What survives comes again. */
    private void forget(Outlet.PeerRun run) {
        if (settings.mode() != Mode.DURABLE || run.run().epoch() == 0) {
            inbox.forget(run);
        }
    }

    /** Whether nothing runs, and what ran is acknowledged: a reader that closes then takes nothing along. */
    @Override
    public boolean idle() {
        return inbox.idle() && sessions.values().stream().allMatch(TopicInletSession::told);
    }
}
