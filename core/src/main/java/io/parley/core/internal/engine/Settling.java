package io.parley.core.internal.engine;

import io.parley.core.identity.NodeId;
import io.parley.core.wire.Offer;
import java.util.concurrent.TimeUnit;

/**
 * Whether this node has heard all that it can hear of: every address that it knows has linked and told all that it offers, or has
 * failed for {@link io.parley.core.internal.peer.DialPlan#SETTLING}; and discovery, where there is one, began as long ago. Belongs
 * to the loop.
 */
final class Settling {
    /** A node listens before its program offers anything: it tells so for this long, and is given as long. */
    private static final long BEGINNING = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final long opened;

    Settling(Engine engine) {
        this.engine = engine;
        opened = engine.now();
    }

    /** What this node says of the list of all that it offers. */
    Offer.Extent ownExtent() {
        return engine.now() - opened < BEGINNING ? Offer.Extent.SO_FAR : Offer.Extent.COMPLETE;
    }

    /** When the node is settled if nothing else is heard; {@link Long#MAX_VALUE} while a link introduces itself. */
    long at() {
        Membership membership = engine.membership();
        if (membership.introducing()) {
            return Long.MAX_VALUE;
        }
        long settled = Math.max(engine.sources().settledAt(), membership.dials().settledAt(this::heard));
        for (PeerState peer : membership.peers()) {
            LinkState link = peer.link();
            if (link == null || link == engine.localLink()) {
                continue;
            }
            if (!toldItsOffers(peer)) {
                return Long.MAX_VALUE;
            }
            if (link.offersKnown() == Offer.Extent.SO_FAR) {
                settled = Math.max(settled, link.since() + BEGINNING);
            }
        }
        return settled;
    }

    private boolean heard(NodeId id) {
        PeerState peer = engine.membership().peer(id);
        return peer != null && toldItsOffers(peer);
    }

    private static boolean toldItsOffers(PeerState peer) {
        LinkState link = peer.link();
        return link != null && link.phase() == LinkState.Phase.UP && link.offersKnown() != null;
    }

    /** Somebody waits for what may still be found: it is looked for more often. */
    void hurry(long until) {
        engine.membership().dials().hurry(until, engine.now());
        engine.touchMembership();
    }
}
