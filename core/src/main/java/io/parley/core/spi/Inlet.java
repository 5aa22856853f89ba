package io.parley.core.spi;

import io.parley.core.identity.NodeId;

/**
 * The receiving side of one reader in one mode, over all senders. A plain state machine: the loop calls it, it calls nobody
 * but what it was given. Times are {@link Clock#nanos}.
 */
public interface Inlet {
    /**
     * A peer offers the channel, and its codec can be read: begins a session.
     *
     * @param sender the peer, its run and where its offer stands
     */
    InletSession open(SenderOffer sender, long now);

    /**
     * Whether messages of a later run of this sender were handled: it was brought back from an old copy then, and what it sends
     * could not be told from what was handled. Then no session is opened. Not by default.
     */
    default boolean isStale(Outlet.PeerRun sender) {
        return false;
    }

    /** The peer said BYE or came back as another run: what is kept of it may be dropped where the mode says so. */
    void peerGone(NodeId peer, long now);

    /**
     * The peer died, as far as can be known, or came back as another run, and had not said BYE: what it had not handed over
     * will not come, and how much that is nobody knows. Its sessions have ended before; {@link #peerGone} may follow. Told
     * once for each time that the peer was linked. Does nothing by default.
     */
    default void senderLost(NodeId peer, long now) {}

    /** Whether anything runs or waits for the handler: what drain waits for. */
    boolean idle();
}
