package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.service.Ask;
import io.parley.core.internal.service.Requests;
import io.parley.core.internal.service.Requests.Settled;
import io.parley.core.log.Record;
import io.parley.core.spi.Runtime.Signal;
import io.parley.core.wire.Cancel;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Reply;
import io.parley.core.wire.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The services of a node, both sides: brings frames, links and time to the state machines. Belongs to the loop. */
final class Services implements Requests.Troubles {
    private final Engine engine;
    private final Requests requests = new Requests(this);
    private final Settling settling;
    private final Transfers transfers;
    private final Map<String, ReplierHandle<?, ?>> repliers = new LinkedHashMap<>();
    private final List<Gathering> gatherings = new ArrayList<>();
    private int nextRevision = 1;
    private boolean closing;

    // any thread
    private final Set<Unfinished> pending = Collections.synchronizedSet(new LinkedHashSet<>());
    private final Map<String, Integer> known = new ConcurrentHashMap<>();
    private final Signal changed;

    /** Something that a user waits for. */
    interface Unfinished {
        /** The loop is over: it will not end by itself. */
        void abandon();
    }

    /** Something that is done when the node is settled, or at its deadline. */
    private record Gathering(long deadline, Runnable action) {}

    Services(Engine engine) {
        this.engine = engine;
        settling = engine.settling();
        transfers = new Transfers(engine, this);
        changed = engine.rim().runtime().newSignal();
    }

    Requests requests() {
        return requests;
    }

    Transfers transfers() {
        return transfers;
    }

    // any thread

    /** What has not ended. */
    Set<Unfinished> pending() {
        return pending;
    }

    /** How many peers serve it, this node included. */
    int repliers(String service) {
        return known.getOrDefault(service, 0);
    }

    /** Signalled when repliers come or go. */
    Signal changed() {
        return changed;
    }

    // the requesters' side

    void submit(Ask ask) {
        requests.submit(ask, engine.now());
        if (closing) {
            requests.close();
        }
    }

    /** Does something when the node is settled, at the latest at the deadline. */
    void whenSettled(long deadline, Runnable action) {
        gatherings.add(new Gathering(deadline, action));
    }

    void offered(LinkState link, Offer.Entry entry) {
        PeerState peer = link.knownPeer();
        String service = entry.channel().name();
        requests.offered(new Requests.Offerer(peer.id(), peer.name(), link.number()), entry, engine.now());
        publish(service);
    }

    void withdrawn(LinkState link, String service) {
        requests.withdrawn(link.knownPeer().id(), service);
        publish(service);
    }

    /** The peer says anew what it offers. */
    void withdrawn(LinkState link) {
        requests.withdrawn(link.knownPeer().id());
        publishAll();
    }

    private void publishAll() {
        List.copyOf(known.keySet()).forEach(this::publish);
    }

    private void publish(String service) {
        int count = requests.repliers(service).size();
        if (count == 0) {
            known.remove(service);
        } else {
            known.put(service, count);
        }
        changed.signal();
    }

    void replied(LinkState link, Reply reply) {
        requests.replied(link.knownPeer().id(), reply, engine.now());
    }

    void linkDown(LinkState link) {
        transfers.forget(link);
        PeerState peer = link.peer();
        if (peer == null) {
            return;
        }
        Handover handover = link.handover();
        if (handover != null && handover.complete()) {
            long to = handover.successor().number();
            requests.moved(peer.id(), link.number(), to);
            repliers.values().forEach(replier -> replier.work().moved(link.number(), to));
        } else {
            requests.linkDown(peer.id(), link.number(), engine.now());
            repliers.values().forEach(replier -> replier.work().linkDown(link.number()));
        }
        publishAll();
    }

    void peerGone(NodeId id) {
        requests.peerGone(id);
    }

    // the repliers' side

    @Nullable ReplierHandle<?, ?> replier(String service) {
        return repliers.get(service);
    }

    int served() {
        return repliers.size();
    }

    /** The number of the next offer of a service. */
    int revision() {
        return nextRevision++;
    }

    void serve(ReplierHandle<?, ?> replier) {
        repliers.put(replier.service(), replier);
        announce(replier.offer(Offer.Change.OFFERED));
    }

    /** Offers it no more; what runs goes on. */
    void withdraw(ReplierHandle<?, ?> replier) {
        announce(replier.offer(Offer.Change.WITHDRAWN));
    }

    /** All of it is done. */
    void ended(ReplierHandle<?, ?> replier) {
        repliers.remove(replier.service(), replier);
    }

    private void announce(Offer.Entry entry) {
        for (LinkState link : List.copyOf(engine.exchange().links())) {
            engine.control(link, new Offer(Offer.Extent.CHANGES, List.of(entry)).encode());
        }
    }

    /** What a peer is told when its link is up. */
    List<Offer.Entry> offers() {
        List<Offer.Entry> offers = new ArrayList<>();
        for (ReplierHandle<?, ?> replier : repliers.values()) {
            if (replier.isOffered()) {
                offers.add(replier.offer(Offer.Change.OFFERED));
            }
        }
        return offers;
    }

    /** A request, or a part of one. Its record is copied, so that a frame of the transport is not held while it waits. */
    void requested(LinkState link, Request request, ByteBuffer frame) {
        if (Chunk.is(frame)) {
            transfers.requested(link, request, frame);
            return;
        }
        ReplierHandle<?, ?> replier = replierOf(link, request);
        if (replier != null) {
            int from = frame.position() + request.record();
            byte[] copy = new byte[frame.limit() - from];
            frame.get(from, copy);
            replier.work().add(replier.job(link, request, Record.view(ByteBuffer.wrap(copy))));
        }
    }

    /** Whether to take a request whose first part came; who sends it is told when not. */
    boolean wants(LinkState link, Request request) {
        ReplierHandle<?, ?> replier = replierOf(link, request);
        return replier != null && replier.work().begins(link.number(), request.correlation());
    }

    /** A request came in parts, and is whole. */
    void arrived(LinkState link, Request request, ByteBuffer record) {
        ReplierHandle<?, ?> replier = replierOf(link, request);
        if (replier != null) {
            replier.work().take(replier.job(link, request, record));
        }
    }

    /** Who answers it; null, and who asks is told, when nobody does. */
    private @Nullable ReplierHandle<?, ?> replierOf(LinkState link, Request request) {
        ReplierHandle<?, ?> replier = repliers.get(request.service());
        if (replier == null) {
            String text = "service " + request.service() + " is not served here";
            engine.control(link, new Reply(request.correlation(), Reply.Status.NOT_SERVED, text).encode());
            engine.events().often(Happening.REQUEST_REFUSED, link.knownPeer().name(), text);
        }
        return replier;
    }

    void cancelled(LinkState link, Cancel cancel) {
        transfers.cancelled(link, cancel.correlation());
        NodeId from = link.knownPeer().id();
        repliers.values().forEach(replier -> replier.work().cancelled(from, cancel.correlation()));
    }

    // time

    /** Does what is due; returns when to look again. */
    long turn(long now) {
        long next = Long.MAX_VALUE;
        for (ReplierHandle<?, ?> replier : repliers.values()) {
            next = Math.min(next, replier.work().turn(now));
        }
        if (requests.unfinished() == 0 && gatherings.isEmpty()) {
            return next;
        }
        next = Math.min(next, requests.turn(() -> settling.at() <= now ? Settled.YES : Settled.NO, now));
        if (requests.waiting() > 0 || !gatherings.isEmpty()) {
            next = Math.min(next, awaitSettled(now));
        }
        return next;
    }

    private long awaitSettled(long now) {
        long at = settling.at();
        for (Gathering gathering : List.copyOf(gatherings)) {
            if (at <= now || gathering.deadline() <= now) {
                gatherings.remove(gathering);
                gathering.action().run();
            }
        }
        if (at > now && at < Long.MAX_VALUE) {
            settling.hurry(at);
        }
        long deadline = at <= now ? Long.MAX_VALUE : at;
        for (Gathering gathering : gatherings) {
            deadline = Math.min(deadline, gathering.deadline());
        }
        return deadline;
    }

    @Override
    public void circuitOpened(String service, String replier) {
        engine.events().happened(new NodeEvent(Happening.CIRCUIT_OPENED, 1, replier, service, "keeps failing"));
    }

    @Override
    public void circuitClosed(String service, String replier) {
        engine.events().happened(new NodeEvent(Happening.CIRCUIT_CLOSED, 1, replier, service, "answers again"));
    }

    @Override
    public void replyDropped(NodeId from) {
        engine.events().often(Happening.REPLY_DROPPED, engine.peerName(from), "nobody waits for it any more");
    }

    // the end

    /** Takes no new requests; those that wait go elsewhere. */
    void drain() {
        List.copyOf(repliers.values()).forEach(ReplierHandle::stop);
    }

    /** Waits for no reply any more. */
    void finish() {
        closing = true;
        requests.close();
        List<Gathering> all = List.copyOf(gatherings);
        gatherings.clear();
        all.forEach(gathering -> gathering.action().run());
    }

    void interrupt() {
        repliers.values().forEach(ReplierHandle::interrupt);
    }

    boolean idle() {
        return requests.unfinished() == 0
                && gatherings.isEmpty()
                && repliers.values().stream().allMatch(replier -> replier.work().idle());
    }

    /** The loop is over: whoever still waits is told. */
    void abandon() {
        List.copyOf(pending).forEach(Unfinished::abandon);
    }
}
