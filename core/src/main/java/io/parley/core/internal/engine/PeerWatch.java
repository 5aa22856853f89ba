package io.parley.core.internal.engine;

import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.peer.DialPlan;
import io.parley.core.internal.peer.Liveness;
import io.parley.core.wire.Ping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Watches over each peer: whom to ping, who is suspect, lost, given up, forgotten. Belongs to the loop.
 *
 * <pre>
 *   UP ──silent 3 s, or link broke──▶ SUSPECT ──silent 10 s, or not back in 1 s──▶ LOST ──▶ given up ──10 min──▶ forgotten
 *   ▲────────────── heard, or linked again ──────────────┴───────────────────────────┘
 * </pre>
 */
final class PeerWatch {
    /** How long a peer that is lost is remembered. */
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(10);

    /** How long a peer that fell silent may take to come back before its readers are told that it is lost for good. */
    private static final long GIVEN_UP = TimeUnit.MINUTES.toNanos(2);

    private final Engine engine;
    private final Map<NodeId, PeerState> peers;
    private final DialPlan dials;
    private long nextToken = 1;

    PeerWatch(Engine engine, Map<NodeId, PeerState> peers, DialPlan dials) {
        this.engine = engine;
        this.peers = peers;
        this.dials = dials;
    }

    /** A peer is up: one that was lost and listened at the same address is not there any more. */
    void succeeded(PeerState by) {
        for (PeerState other : peers.values()) {
            if (other.state() == Peer.State.LOST && other.sharesAddress(by)) {
                giveUp(other);
            }
        }
    }

    /** Judges a peer; returns when to look again. */
    long look(PeerState peer, long now) {
        LinkState link = peer.link();
        if (link == null) {
            return watchUnlinked(peer, now);
        }
        if (link.phase() == LinkState.Phase.WELCOMED) {
            if (now - link.since() >= Membership.INTRODUCTION) {
                silent(peer, link, "did not go on after WELCOME");
                return now;
            }
            return link.since() + Membership.INTRODUCTION;
        }
        switch (peer.liveness().judge(now)) {
            case PING -> ping(peer, link);
            case SUSPECT -> {
                peer.state(Peer.State.SUSPECT);
                engine.events().happened(Happening.PEER_SUSPECT, peer.name(), "silent for 3 s");
            }
            case LOST -> {
                silent(peer, link, "silent for 10 s");
                return now;
            }
            case BROKEN -> {
                engine.drop(link, "does not answer since an address of this host changed");
                return now;
            }
            case FINE -> {}
        }
        return Math.max(now + 1, Math.min(peer.liveness().deadline(), now + Liveness.PING_AFTER));
    }

    private long watchUnlinked(PeerState peer, long now) {
        long down = now - peer.downSince();
        if (peer.state() == Peer.State.SUSPECT) {
            if (down < Liveness.RELINK_WITHIN) {
                return peer.downSince() + Liveness.RELINK_WITHIN;
            }
            lost(peer, "its link broke and did not come back");
            giveUp(peer);
        }
        if (down >= GIVEN_UP) {
            giveUp(peer);
        }
        if (down >= REMEMBERED) {
            forget(peer);
            return Long.MAX_VALUE;
        }
        return peer.downSince() + (peer.givenUp() ? REMEMBERED : GIVEN_UP);
    }

    /**
     * What the peer's run had not handed over will not come: its readers are told. A broken connection that does not come back
     * is the sign of a process that ended, and so is another node that listens where it did. A peer that only fell silent may be
     * on the far side of a partition, so it is given the time for which senders keep a place.
     */
    void giveUp(PeerState peer) {
        if (!peer.givenUp()) {
            peer.givenUp(true);
            if (peer.state() != Peer.State.LEFT) {
                engine.exchange().readership().senderLost(peer);
            }
        }
    }

    /** We end the link, since nothing comes. That is not the sign which a broken connection would be. */
    private void silent(PeerState peer, LinkState link, String why) {
        long now = engine.now();
        peer.link(null);
        peer.downSince(now);
        engine.drop(link, why);
        dials.unlinked(peer.id(), now);
        lost(peer, why);
    }

    private void lost(PeerState peer, String why) {
        peer.state(Peer.State.LOST);
        engine.events().happened(Happening.PEER_LOST, peer.name(), why);
        engine.exchange().peerLost(peer);
        engine.sources().peerLost();
        if (peers.values().stream().anyMatch(other -> other != peer && other.linked() && other.sharesAddress(peer))) {
            giveUp(peer);
        }
    }

    /** Asks everybody for an answer; the links of those who give none are made anew. */
    void doubtLinks() {
        for (PeerState peer : peers.values()) {
            LinkState link = peer.link();
            if (link != null
                    && link.phase() == LinkState.Phase.UP
                    && !peer.id().equals(engine.self().id())) {
                peer.liveness().doubt(engine.now());
                ping(peer, link);
            }
        }
    }

    private void ping(PeerState peer, LinkState link) {
        List<Ping.Sending> busy = new ArrayList<>();
        for (SenderEntry entry : link.sending().values()) {
            if (busy.size() < Ping.MAX_SESSIONS && entry.busySincePing()) {
                busy.add(new Ping.Sending(entry.session().id(), entry.session().lastNumber()));
            }
        }
        peer.liveness().sent(engine.now());
        engine.control(link, new Ping(nextToken++, busy).encode());
    }

    /** Those that are gone are remembered, but not without limit. */
    void forgetSome() {
        if (peers.size() > 2 * engine.limits().maxPeers()) {
            peers.values().stream()
                    .filter(peer -> !peer.counts())
                    .min(Comparator.comparingLong(PeerState::downSince))
                    .ifPresent(this::forget);
        }
    }

    private void forget(PeerState peer) {
        giveUp(peer);
        peers.remove(peer.id());
        engine.exchange().peerGone(peer);
        dials.forget(peer.id());
    }
}
