package io.parley.core.internal.engine;

import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.peer.DialPlan;
import io.parley.core.internal.peer.HelloRules;
import io.parley.core.internal.peer.HelloRules.Answer;
import io.parley.core.internal.peer.HelloRules.Known;
import io.parley.core.internal.peer.HelloRules.LinkView;
import io.parley.core.spi.Runtime;
import io.parley.core.wire.Bye;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.Hello;
import io.parley.core.wire.Introduction;
import io.parley.core.wire.Reject;
import io.parley.core.wire.Welcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who is there: introduces links to each other, watches over peers, and says whom to dial. Belongs to the loop. */
final class Membership {
    /** How long a link may take to introduce itself. */
    static final long INTRODUCTION = TimeUnit.SECONDS.toNanos(2);

    private final Engine engine;
    private final HelloRules rules;
    private final DialPlan dials;
    private final Map<NodeId, PeerState> peers = new ConcurrentHashMap<>();
    private final PeerWatch watch;
    private final List<LinkState> strangers = new ArrayList<>();
    private final List<Postponed> postponed = new ArrayList<>();
    private final Runtime.Signal linked;
    private long lastNumber;

    Membership(Engine engine) {
        this.engine = engine;
        linked = engine.rim().runtime().newSignal();
        rules = new HelloRules(engine.self());
        dials = new DialPlan(engine.rim().runtime().entropy());
        watch = new PeerWatch(engine, peers, dials);
    }

    /** A HELLO that replaces a link: first what the old one still holds is read. */
    private record Postponed(LinkState link, Hello hello, int turns) {}

    /** The peers. Any thread. */
    List<PeerState> peers() {
        return List.copyOf(peers.values());
    }

    @Nullable PeerState peer(NodeId id) {
        return peers.get(id);
    }

    void addSelf(PeerState self) {
        peers.put(self.id(), self);
    }

    /** Signalled when a peer is linked. */
    Runtime.Signal linkedSignal() {
        return linked;
    }

    DialPlan dials() {
        return dials;
    }

    boolean linked(NodeId id) {
        PeerState peer = peers.get(id);
        return peer != null && peer.link() != null;
    }

    /** Whether a link that this node dialled is about to introduce itself. */
    boolean introducing() {
        return strangers.stream().anyMatch(link -> link.dialled() != null);
    }

    void linkUp(LinkState link) {
        strangers.add(link);
        Endpoint dialled = link.dialled();
        if (dialled != null) {
            NodeId owner = dials.owner(dialled);
            Hello.LinkHeld held = owner != null && linked(owner) ? Hello.LinkHeld.HELD : Hello.LinkHeld.NONE;
            Hello hello = new Hello(held, FrameHeader.VERSION, FrameHeader.VERSION, 0, engine.self());
            engine.control(link, hello.encode());
        }
    }

    void hello(LinkState link, Hello hello) {
        if (link.phase() != LinkState.Phase.WAIT_HELLO) {
            reject(link, Answer.MALFORMED, "HELLO out of turn");
            return;
        }
        if (engine.closing().leaving()) {
            engine.drop(link, "this node has said goodbye");
            return;
        }
        PeerState known = peers.get(hello.from().id());
        Answer answer = rules.judge(hello, view(known));
        if (answer.accepted() && tooMany(link, hello.from(), known)) {
            return;
        }
        if (answer == Answer.REPLACE || answer == Answer.NEW_RUN && known != null && known.link() != null) {
            postponed.add(new Postponed(link, hello, 2));
            engine.touchMembership();
            return;
        }
        decide(link, hello, answer);
    }

    /** Whether there is no room for one more peer, which is told to it then. */
    private boolean tooMany(LinkState link, Introduction from, @Nullable PeerState known) {
        boolean fresh = known == null || !known.counts();
        if (!fresh || counting() < engine.limits().maxPeers()) {
            return false;
        }
        engine.events().often(Happening.LIMIT_REACHED, from.name(), "maxPeers");
        engine.control(
                link, new Reject(Reject.Reason.TOO_MANY_PEERS, engine.self().id(), "maxPeers").encode());
        engine.drop(link, "too many peers");
        return true;
    }

    /** How many peers count against the limit: those that are linked, or may be back in a moment. */
    private long counting() {
        return peers.values().stream().filter(PeerState::counts).count() - 1; // this node is not its own peer
    }

    private void decide(LinkState link, Hello hello, Answer answer) {
        if (!answer.accepted()) {
            reject(link, answer, "refused " + hello.from().name() + ": " + answer);
            return;
        }
        PeerState peer = welcome(link, hello.from(), hello.from().id());
        peer.liveness().heard(engine.now());
        link.phase(LinkState.Phase.WELCOMED, engine.now());
        engine.control(link, new Welcome(FrameHeader.VERSION, 0, engine.self()).encode());
    }

    /** Gives the link to its peer, and ends the link or run before. */
    private PeerState welcome(LinkState link, Introduction from, NodeId opener) {
        strangers.remove(link);
        PeerState peer = peers.get(from.id());
        if (peer == null) {
            watch.forgetSome();
            peer = new PeerState(from, engine.now());
            peers.put(from.id(), peer);
        }
        link.number(++lastNumber);
        replace(peer, link, from);
        if (!peer.run().equals(from.run())) {
            watch.giveUp(peer);
            engine.exchange().peerGone(peer);
        }
        List<String> reachable = reachable(link, from);
        if (peer.introduced(from, reachable)) {
            engine.events().happened(Happening.PEER_UPDATED, peer.name(), "is at " + reachable);
        }
        peer.link(link);
        link.peer(peer);
        link.opener(opener);
        for (String endpoint : reachable) {
            dials.add(Endpoint.parse(endpoint), DialPlan.Source.LEARNED, peer.id(), engine.now());
        }
        return peer;
    }

    /** The link that the peer had, if any, ends: at once when its run is over, else when what it carries has been read. */
    private void replace(PeerState peer, LinkState link, Introduction from) {
        LinkState old = peer.link();
        peer.link(null);
        if (old != null && peer.run().equals(from.run())) {
            engine.links().giveWay(old, link);
        } else if (old != null) {
            engine.drop(old, "replaced by a newer run");
        }
    }

    private List<String> reachable(LinkState link, Introduction from) {
        String remote = link.remoteAddress();
        int colon = remote.lastIndexOf(':');
        String host = colon < 0 ? remote : remote.substring(0, colon);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        List<String> reachable = new ArrayList<>();
        for (String text : from.endpoints()) {
            try {
                Endpoint endpoint = Endpoint.parse(text);
                boolean completable = endpoint.isWildcard() && !bare.isEmpty();
                reachable.add((completable ? endpoint.withHost(bare) : endpoint).toString());
            } catch (io.parley.core.error.ParleyException e) {
                engine.events().happened(Happening.DIAL_FAILED, from.name(), "names an address unknown here: " + text);
            }
        }
        return reachable;
    }

    void welcome(LinkState link, Welcome welcome) {
        Endpoint dialled = link.dialled();
        if (link.phase() != LinkState.Phase.WAIT_WELCOME || dialled == null) {
            reject(link, Answer.MALFORMED, "WELCOME out of turn");
            return;
        }
        NodeId id = welcome.from().id();
        Answer answer = rules.judge(welcome.from(), view(peers.get(id)));
        if (answer.accepted() && tooMany(link, welcome.from(), peers.get(id))) {
            return; // dialled again later, as after any failure
        }
        if (answer == Answer.SELF) {
            dials.isSelf(dialled);
        } else {
            dials.reached(dialled, id, engine.now());
        }
        if (!answer.accepted()) {
            reject(link, answer, welcome.from().name() + ": " + answer);
            return;
        }
        PeerState peer = welcome(link, welcome.from(), engine.self().id());
        up(link, peer);
    }

    /** The first frame on a welcomed link: the other side stands by it. */
    void confirmed(LinkState link) {
        up(link, link.knownPeer());
    }

    private void up(LinkState link, PeerState peer) {
        link.phase(LinkState.Phase.UP, engine.now());
        peer.liveness().heard(engine.now());
        Happening what = peer.everUp() ? Happening.PEER_BACK : Happening.PEER_JOINED;
        peer.everUp(true);
        peer.givenUp(false);
        peer.state(Peer.State.UP);
        engine.events().happened(what, peer.name(), peer.id() + " at " + link.remoteAddress());
        linked.signal();
        watch.succeeded(peer);
        engine.exchange().linkUp(link);
        if (engine.closing().leaving()) {
            engine.control(link, new Bye().encode()); // it came up too late to hear it with the others
        }
    }

    void rejected(LinkState link, Reject reject) {
        Endpoint dialled = link.dialled();
        String text = link.remoteAddress() + " says " + reject.reason() + " " + reject.text();
        if (dialled != null && reject.reason() == Reject.Reason.SELF) {
            dials.isSelf(dialled);
        } else if (dialled != null && reject.reason() == Reject.Reason.DUPLICATE_LINK) {
            dials.reached(dialled, reject.from(), engine.now());
        } else if (reject.reason() != Reject.Reason.DUPLICATE_LINK) { // two dials that crossed: one of them stays
            engine.events().often(Happening.LINK_REFUSED, "", text);
        }
        engine.drop(link, text);
    }

    private void reject(LinkState link, Answer answer, String text) {
        if (answer != Answer.DUPLICATE_LINK && answer != Answer.SELF) {
            engine.events().often(Happening.LINK_REFUSED, "", link.remoteAddress() + ": " + text);
        }
        engine.control(link, new Reject(answer.reason(), engine.self().id(), text).encode());
        engine.drop(link, text);
    }

    private @Nullable Known view(@Nullable PeerState peer) {
        if (peer == null) {
            return null;
        }
        LinkState link = peer.link();
        LinkView view = link == null ? null : new LinkView(link.opener(), engine.now() - link.since());
        boolean answering = peer.liveness().answering(engine.now());
        return new Known(peer.run(), view, answering ? Known.Answering.YES : Known.Answering.NO);
    }

    void linkDown(LinkState link, String reason) {
        strangers.remove(link);
        Endpoint dialled = link.dialled();
        PeerState peer = link.peer();
        if (dialled != null && link.phase() == LinkState.Phase.WAIT_WELCOME) {
            dials.failed(dialled, engine.now());
        }
        if (peer != null && peer.link() == link) {
            peer.link(null);
            if (peer.state() != Peer.State.LEFT) {
                dials.unlinked(peer.id(), engine.now());
            }
            // one that is lost stays so: the link that ends was one of two that crossed, and was never up
            if (peer.state() != Peer.State.LEFT && peer.state() != Peer.State.LOST) {
                peer.downSince(engine.now());
                peer.state(Peer.State.SUSPECT);
                if (peer.everUp()) {
                    engine.events().happened(Happening.PEER_SUSPECT, peer.name(), "link down: " + reason);
                }
            }
        }
    }

    void bye(LinkState link) {
        PeerState peer = link.knownPeer();
        peer.state(Peer.State.LEFT);
        peer.downSince(engine.now());
        peer.link(null);
        engine.events().happened(Happening.PEER_LEFT, peer.name(), "said goodbye");
        engine.drop(link, "said goodbye");
        engine.exchange().peerGone(peer);
        dials.forget(peer.id());
    }

    /** An address of this host has changed: each link has to show that it still works. */
    void doubtLinks() {
        watch.doubtLinks();
    }

    /** Our own loop was away for so long: that time does not count against anybody. */
    void shift(long late) {
        long now = engine.now();
        for (PeerState peer : peers.values()) {
            peer.liveness().shift(late, now);
            peer.downSince(Math.min(now, peer.downSince() + late));
            LinkState link = peer.link();
            if (link != null) {
                link.receiving().values().forEach(entry -> entry.session().shift(late));
            }
        }
    }

    /** Looks at peers, strangers and the plan. Returns when to look again. */
    long tick() {
        long now = engine.now();
        runPostponed();
        long deadline = Long.MAX_VALUE;
        for (LinkState link : List.copyOf(strangers)) {
            if (now - link.since() >= INTRODUCTION) {
                engine.drop(link, "did not introduce itself in time");
            } else {
                deadline = Math.min(deadline, link.since() + INTRODUCTION);
            }
        }
        for (PeerState peer : peers.values()) {
            if (!peer.id().equals(engine.self().id())) {
                deadline = Math.min(deadline, watch.look(peer, now));
            }
        }
        if (engine.closing().leaving()) {
            return deadline;
        }
        for (Endpoint endpoint : dials.due(this::linked, now)) {
            engine.links().dial(endpoint);
        }
        return Math.min(postponed.isEmpty() ? deadline : now, Math.min(deadline, dials.deadline(this::linked)));
    }

    private void runPostponed() {
        List<Postponed> all = List.copyOf(postponed);
        postponed.clear();
        for (Postponed p : all) {
            if (p.link().phase() != LinkState.Phase.WAIT_HELLO) {
                continue;
            }
            if (p.turns() > 0) {
                postponed.add(new Postponed(p.link(), p.hello(), p.turns() - 1));
            } else {
                Answer answer =
                        rules.judge(p.hello(), view(peers.get(p.hello().from().id())));
                decide(p.link(), p.hello(), answer);
            }
        }
    }

    /** Something was heard on a link. */
    void heard(LinkState link) {
        PeerState peer = link.peer();
        if (peer != null && peer.liveness().heard(engine.now()) && peer.linked()) {
            peer.state(Peer.State.UP);
            link.sending().values().forEach(entry -> engine.channels().activate(entry.outbound()));
            engine.events().happened(Happening.PEER_BACK, peer.name(), "heard again");
        }
    }
}
