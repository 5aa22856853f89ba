package io.parley.core.internal.engine;

import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.service.Transfer;
import io.parley.core.internal.service.TransferLine;
import io.parley.core.internal.session.FrameBuilder;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.SenderOffer;
import io.parley.core.spi.Sent;
import io.parley.core.wire.Offer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A link as the loop knows it, with the sessions of this incarnation. What is sent goes through {@link #flush}: control frames
 * first, then a chunk of a large request or reply, then one frame of each ready session in turn.
 *
 * <pre>
 *   dialled   WAIT_WELCOME ──WELCOME──▶ UP ──▶ CLOSED
 *   accepted  WAIT_HELLO ──HELLO──▶ WELCOMED ──first frame──▶ UP ──replaced──▶ GIVING_WAY ──▶ CLOSED
 * </pre>
 */
final class LinkState {
    /** The most control frames that may wait on a link that takes none. */
    static final int MAX_CONTROL = 20_000;
    /** How many bytes of control frames and of what goes in chunks may wait on a link before its requests wait as well. */
    static final long MAX_UNREAD = 16L << 20;
    /** How much one link may send in one turn before the next link has its turn. */
    private static final int TURN_BUDGET = 512 * 1024;

    /** How far the two sides know each other. */
    enum Phase {
        WAIT_WELCOME,
        WAIT_HELLO,
        WELCOMED,
        UP,
        /** Another link with the same peer has taken its place: what is on its way on this one is still read. */
        GIVING_WAY,
        CLOSED
    }

    /** Where frames go: the transport, or this node itself. */
    interface Port {
        Sent send(OutFrame frame);

        /** Nothing that comes is of interest any more; what is on its way to the peer still is to it. */
        void ignore();

        void drop();

        String remoteAddress();
    }

    private final Port port;
    private final @Nullable Endpoint dialled;
    private final Map<Integer, SenderEntry> sending = new HashMap<>();
    private final Map<Integer, ReceiverEntry> receiving = new HashMap<>();
    private final Map<ChannelId, Offered> offers = new HashMap<>();
    private final ArrayDeque<ByteBuffer> control = new ArrayDeque<>();
    private long controlBytes;
    private final TransferLine transfers = new TransferLine();
    private Transfers.@Nullable Arriving arriving;
    private final ArrayDeque<SenderEntry> ready = new ArrayDeque<>();
    private final OutFrame controlFrame = new OutFrame();
    private @Nullable FrameBuilder pending;
    private boolean blocked;
    private Offer.@Nullable Extent offersKnown;
    private Phase phase;
    private long since;
    private long turnTime;
    private @Nullable PeerState peer;
    private NodeId opener;
    private long number;
    private @Nullable Handover handover;
    private @Nullable LinkState predecessor;

    LinkState(Port port, @Nullable Endpoint dialled, NodeId self, long now) {
        this.port = port;
        this.dialled = dialled;
        this.opener = self;
        phase = dialled != null ? Phase.WAIT_WELCOME : Phase.WAIT_HELLO;
        since = now;
    }

    /** A channel that the peer offers. */
    record Offered(Offer.Entry entry, SenderOffer.Timing timing) {}

    Phase phase() {
        return phase;
    }

    void phase(Phase next, long now) {
        phase = next;
        since = now;
    }

    long since() {
        return since;
    }

    @Nullable Endpoint dialled() {
        return dialled;
    }

    @Nullable PeerState peer() {
        return peer;
    }

    PeerState knownPeer() {
        PeerState p = peer;
        if (p == null) {
            throw new IllegalStateException("link without peer");
        }
        return p;
    }

    /** Whether the peer has been silent for so long that it may be gone. */
    boolean suspect() {
        PeerState p = peer;
        return p != null && p.state() == Peer.State.SUSPECT;
    }

    void peer(PeerState newPeer) {
        peer = newPeer;
    }

    NodeId opener() {
        return opener;
    }

    void opener(NodeId who) {
        opener = who;
    }

    /** Tells the links with peers apart; 0 for the one with itself. */
    long number() {
        return number;
    }

    void number(long unique) {
        number = unique;
    }

    /** How it gives way; null while it does not. */
    @Nullable Handover handover() {
        return handover;
    }

    /** The link that gives way to this one. */
    @Nullable LinkState predecessor() {
        return predecessor;
    }

    /** Ends what belongs to it alone. What waits to be written still goes out. */
    void giveWay(Handover to, FrameFactory frames, long now) {
        phase(Phase.GIVING_WAY, now);
        handover = to;
        to.successor().predecessor = this;
        letGo(frames);
    }

    String remoteAddress() {
        return port.remoteAddress();
    }

    Map<Integer, SenderEntry> sending() {
        return sending;
    }

    Map<Integer, ReceiverEntry> receiving() {
        return receiving;
    }

    Map<ChannelId, Offered> offers() {
        return offers;
    }

    /** Whether the peer has said what it offers: all of it, or so far; null when it has not. */
    Offer.@Nullable Extent offersKnown() {
        return offersKnown;
    }

    void knowOffers(Offer.Extent extent) {
        offersKnown = extent;
    }

    void ignore() {
        port.ignore();
    }

    void drop() {
        port.drop();
    }

    /** Adds a control frame; false when the link takes none and too many wait. */
    boolean control(ByteBuffer frame) {
        if (phase == Phase.CLOSED) {
            return true;
        }
        control.add(frame);
        controlBytes += frame.remaining();
        return control.size() <= MAX_CONTROL;
    }

    int controlWaiting() {
        return control.size();
    }

    /** Whether the peer leaves so much unread that it is to be given nothing large more. */
    boolean isChoked() {
        return controlBytes + transfers.bytes() > MAX_UNREAD;
    }

    /** The requests and replies that go over it in chunks. */
    TransferLine transfers() {
        return transfers;
    }

    /** The request or reply that comes over it in chunks; null for none. */
    Transfers.@Nullable Arriving arriving() {
        return arriving;
    }

    void arriving(Transfers.@Nullable Arriving next) {
        arriving = next;
    }

    void ready(SenderEntry entry) {
        if (!entry.queued()) {
            entry.queued(true);
            ready.add(entry);
        }
    }

    boolean hasWork() {
        return !blocked && (!control.isEmpty() || pending != null || !ready.isEmpty() || transfers.next() != null);
    }

    boolean blocked() {
        return blocked;
    }

    void unblock() {
        blocked = false;
    }

    /** Sends what may be sent now. Returns whether anything went out. */
    boolean flush(FrameFactory frames, long now) {
        boolean sent = false;
        blocked = false;
        turnTime = now;
        while (!control.isEmpty()) {
            controlFrame.clear();
            int bytes = control.getFirst().remaining();
            controlFrame.add(control.getFirst());
            if (!send(controlFrame)) {
                return sent;
            }
            control.removeFirst();
            controlBytes -= bytes;
            sent = true;
        }
        controlFrame.clear();
        FrameBuilder waiting = pending;
        if (waiting != null) {
            if (!send(waiting.frame())) {
                return sent;
            }
            pending = null;
            frames.give(waiting);
            sent = true;
        }
        sent |= flushTransfer(frames, now);
        return flushSessions(frames, now) || sent;
    }

    private boolean flushTransfer(FrameFactory frames, long now) {
        Transfer transfer = transfers.next();
        if (transfer == null) {
            return false;
        }
        transfer.put(controlFrame, frames.bestFrame(), now);
        boolean sent = send(controlFrame);
        controlFrame.clear();
        if (sent) {
            transfers.taken();
        }
        return sent;
    }

    private boolean flushSessions(FrameFactory frames, long now) {
        boolean sent = false;
        int budget = TURN_BUDGET;
        List<SenderEntry> later = List.of();
        while (budget > 0 && !blocked && !ready.isEmpty()) {
            SenderEntry entry = ready.removeFirst();
            entry.queued(false);
            if (entry.ended() || !entry.ready() || entry.session().saving(frames.bestFrame())) {
                continue;
            }
            if (entry.waitsForMore(frames.bestFrame(), now)) {
                later = later.isEmpty() ? new ArrayList<>() : later;
                later.add(entry);
                continue;
            }
            budget -= sendFrame(entry, frames, now);
            entry.sent(now);
            sent = true;
            ready(entry);
        }
        later.forEach(this::ready);
        return sent;
    }

    /** Sends one frame of a session; returns its length. */
    private int sendFrame(SenderEntry entry, FrameFactory frames, long now) {
        FrameBuilder frame = frames.take();
        frames.sentOn(entry.outbound()); // also when the session only passed over what it does not want
        if (!entry.session().fill(frame, frames.bestFrame(), now)) {
            frame.release();
            frames.give(frame);
            return 1;
        }
        OutFrame finished = frame.finish(frames.millis());
        int bytes = finished.bytes();
        if (send(finished)) {
            frames.give(frame);
        } else {
            pending = frame;
        }
        return bytes;
    }

    private boolean send(OutFrame frame) {
        Sent result = port.send(frame);
        if (result == Sent.FULL) {
            blocked = true;
            return false;
        }
        PeerState p = peer;
        if (p != null && result == Sent.TAKEN) {
            p.liveness().sent(turnTime);
        }
        return true; // what is sent on a link that is down is lost with it, and repaired by resuming
    }

    /** Lets go of what waits. */
    void close(FrameFactory frames) {
        phase = Phase.CLOSED;
        control.clear();
        controlBytes = 0;
        transfers.clear();
        letGo(frames);
        if (handover != null) {
            handover.successor().predecessor = null;
        }
    }

    private void letGo(FrameFactory frames) {
        ready.clear();
        FrameBuilder waiting = pending;
        if (waiting != null) {
            pending = null;
            frames.give(waiting);
        }
        sending.clear();
        receiving.clear();
        offers.clear();
    }
}
