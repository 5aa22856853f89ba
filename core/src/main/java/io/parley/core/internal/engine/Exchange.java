package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Mode;
import io.parley.core.internal.channel.Channel;
import io.parley.core.internal.session.ReceiverSession;
import io.parley.core.internal.session.SenderSession;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletSession.Ending;
import io.parley.core.spi.SenderOffer;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Detach;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Position;
import io.parley.core.wire.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brings offers and readers together: who sends what to whom, in which session. Belongs to the loop. */
final class Exchange {
    /** How many offers go into one frame. */
    private static final int OFFERS_IN_A_FRAME = 100;
    /** When a reader that found its name in use asks again. */
    private static final long ASK_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Map<ChannelId, Outbound> outbounds = new LinkedHashMap<>();
    private final Map<ChannelId, List<Reader>> readers = new HashMap<>();
    private final Set<LinkState> links = new LinkedHashSet<>();
    private final List<Wildcard> wildcards = new ArrayList<>();
    private int nextSession = 1;
    private int nextRevision = 1;

    Exchange(Engine engine) {
        this.engine = engine;
    }

    /** Somebody who wants to read whatever topic is offered that fits. */
    interface Wildcard {
        void offered(ChannelId channel);
    }

    Collection<Outbound> outbounds() {
        return outbounds.values();
    }

    @Nullable Outbound outbound(ChannelId id) {
        return outbounds.get(id);
    }

    List<Reader> readersOf(ChannelId id) {
        return readers.getOrDefault(id, List.of());
    }

    Collection<List<Reader>> allReaders() {
        return readers.values();
    }

    Collection<LinkState> links() {
        return links;
    }

    // what this node sends

    Outbound offer(Channel<?> channel) {
        Outbound outbound = new Outbound(engine, channel, nextRevision++);
        outbounds.put(outbound.id(), outbound);
        return outbound;
    }

    void announce(Outbound outbound) {
        for (LinkState link : links) {
            Offer.Entry entry = entry(outbound, Offer.Change.OFFERED);
            engine.control(link, new Offer(Offer.Extent.CHANGES, List.of(entry)).encode());
        }
    }

    void withdraw(Outbound outbound) {
        outbounds.remove(outbound.id());
        for (SenderEntry entry : List.copyOf(outbound.sessions())) {
            endSending(entry, Ending.CLOSED);
            entry.link().sending().remove(entry.session().id());
        }
        for (LinkState link : links) {
            Offer.Entry entry = entry(outbound, Offer.Change.WITHDRAWN);
            engine.control(link, new Offer(Offer.Extent.CHANGES, List.of(entry)).encode());
        }
    }

    private Offer.Entry entry(Outbound outbound, Offer.Change change) {
        ChannelSettings settings = outbound.channel().settings();
        return new Offer.Entry(
                change,
                settings.id(),
                settings.mode(),
                settings.schema().codec(),
                settings.schema().fingerprint(),
                outbound.revision(),
                engine.self().run().epoch(),
                outbound.channel().log().endLsn());
    }

    // links

    void linkUp(LinkState link) {
        links.add(link);
        List<Offer.Entry> entries = new ArrayList<>();
        outbounds.values().forEach(o -> entries.add(entry(o, Offer.Change.OFFERED)));
        int from = 0;
        do {
            int to = Math.min(entries.size(), from + OFFERS_IN_A_FRAME);
            Offer.Extent extent = from == 0 ? Offer.Extent.COMPLETE : Offer.Extent.CHANGES;
            engine.control(link, new Offer(extent, entries.subList(from, to)).encode());
            from = to;
        } while (from < entries.size());
    }

    void linkDown(LinkState link) {
        links.remove(link);
        for (SenderEntry entry : List.copyOf(link.sending().values())) {
            endSending(entry, Ending.LINK_DOWN);
        }
        for (ReceiverEntry entry : List.copyOf(link.receiving().values())) {
            endReceiving(entry, Ending.LINK_DOWN);
        }
    }

    void peerLost(PeerState peer) {
        outbounds.values().forEach(o -> o.outlet().peerLost(peer.id(), engine.now()));
        outbounds.values().forEach(engine::activate);
    }

    void peerGone(PeerState peer) {
        outbounds.values().forEach(o -> o.outlet().peerGone(peer.id(), engine.now()));
        outbounds.values().forEach(engine::activate);
        readers.values().forEach(list -> list.forEach(r -> r.inlet().peerGone(peer.id(), engine.now())));
    }

    // what this node reads

    void addReader(Reader reader) {
        readers.computeIfAbsent(reader.channel(), id -> new ArrayList<>()).add(reader);
        for (LinkState link : links) {
            LinkState.Offered offered = link.offers().get(reader.channel());
            if (offered != null) {
                attach(reader, link, offered);
            }
        }
    }

    void removeReader(Reader reader) {
        List<Reader> list = readers.get(reader.channel());
        if (list != null) {
            list.remove(reader);
            if (list.isEmpty()) {
                readers.remove(reader.channel());
            }
        }
        detachReader(reader, Detach.Reason.CLOSED);
    }

    /** Ends a reader's sessions; one that drains still settles what it started. */
    void detachReader(Reader reader, Detach.Reason reason) {
        for (ReceiverEntry entry : List.copyOf(reader.sessions())) {
            engine.control(entry.link(), new Detach(entry.session().id(), Detach.Side.READER, reason).encode());
            if (reason == Detach.Reason.DRAINING) {
                entry.session().inlet().ended(Ending.DRAINING, engine.now());
            } else {
                endReceiving(entry, Ending.CLOSED);
            }
        }
    }

    void addWildcard(Wildcard wildcard) {
        wildcards.add(wildcard);
        for (LinkState link : List.copyOf(links)) {
            for (LinkState.Offered offered : List.copyOf(link.offers().values())) {
                tellWildcard(wildcard, offered.entry());
            }
        }
    }

    void removeWildcard(Wildcard wildcard) {
        wildcards.remove(wildcard);
    }

    private static void tellWildcard(Wildcard wildcard, Offer.Entry entry) {
        boolean topic = entry.channel().kind() == io.parley.core.channel.Kind.TOPIC;
        if (topic && entry.mode() == Mode.BEST_EFFORT) {
            wildcard.offered(entry.channel());
        }
    }

    /** What the reader wants has changed: tells its senders. */
    void refilter(Reader reader) {
        for (ReceiverEntry entry : reader.sessions()) {
            Attach attach = attachFrame(entry, new io.parley.core.wire.Credit(0, 0));
            engine.control(entry.link(), attach.encode());
        }
    }

    private static Attach attachFrame(ReceiverEntry entry, io.parley.core.wire.Credit credit) {
        Reader reader = entry.reader();
        return new Attach(
                entry.session().id(),
                entry.channel(),
                reader.mode(),
                reader.name(),
                reader.filters(),
                entry.session().inlet().resume(),
                credit);
    }

    void offered(LinkState link, Offer offer) {
        if (offer.extent() == Offer.Extent.COMPLETE) {
            for (ReceiverEntry entry : List.copyOf(link.receiving().values())) {
                endReceiving(entry, Ending.CLOSED);
            }
            link.offers().clear();
        }
        for (Offer.Entry entry : offer.entries()) {
            if (entry.change() == Offer.Change.WITHDRAWN) {
                withdrawn(link, entry.channel());
                continue;
            }
            if (link.offers().size() >= engine.limits().maxChannels()) {
                engine.events()
                        .happened(Happening.LIMIT_REACHED, link.knownPeer().name(), "maxChannels offered");
                return;
            }
            for (Wildcard wildcard : List.copyOf(wildcards)) {
                tellWildcard(wildcard, entry);
            }
            LinkState.Offered known = new LinkState.Offered(entry, SenderOffer.Timing.READER_FIRST);
            List.copyOf(readersOf(entry.channel())).forEach(reader -> attach(reader, link, known));
            link.offers().put(entry.channel(), new LinkState.Offered(entry, SenderOffer.Timing.OFFER_FIRST));
        }
    }

    private void withdrawn(LinkState link, ChannelId channel) {
        link.offers().remove(channel);
        for (ReceiverEntry entry : List.copyOf(link.receiving().values())) {
            if (entry.channel().equals(channel)) {
                endReceiving(entry, Ending.CLOSED);
            }
        }
    }

    private void attach(Reader reader, LinkState link, LinkState.Offered offered) {
        Offer.Entry entry = offered.entry();
        PeerState peer = link.knownPeer();
        if (reader.closing() || !fits(reader, entry, peer)) {
            return;
        }
        Position next = new Position(entry.epoch(), entry.nextLsn());
        SenderOffer sender = new SenderOffer(peer.peerRun(), next, offered.timing());
        ReceiverSession session =
                new ReceiverSession(nextSession++, reader.inlet().open(sender, engine.now()));
        ReceiverEntry receiving = new ReceiverEntry(session, reader, reader.channel(), link);
        link.receiving().put(session.id(), receiving);
        reader.sessions().add(receiving);
        Attach attach = attachFrame(receiving, session.inlet().credit());
        engine.control(link, attach.encode());
    }

    private boolean fits(Reader reader, Offer.Entry entry, PeerState peer) {
        String text;
        if (reader.mode() != entry.mode()) {
            text = "mode " + entry.mode() + " at " + peer.name() + ", " + reader.mode() + " at "
                    + engine.self().name();
        } else if (!reader.codec().reads(entry.codec(), entry.fingerprint())) {
            text = "codec " + entry.codec() + "/" + Long.toHexString(entry.fingerprint()) + " at " + peer.name() + ", "
                    + reader.codec().name() + "/"
                    + Long.toHexString(reader.codec().fingerprint()) + " at "
                    + engine.self().name();
        } else {
            return true;
        }
        if (reader.firstRefusal(text)) {
            engine.events()
                    .happened(new NodeEvent(
                            Happening.READER_REFUSED,
                            1,
                            peer.name(),
                            entry.channel().name(),
                            text));
        }
        return false;
    }

    // sessions on which this node sends

    void attach(LinkState link, Attach attach) {
        SenderEntry live = link.sending().get(attach.session());
        if (live != null) {
            live.session().outlet().refilter(attach.filters());
            engine.activate(live.outbound());
            return;
        }
        Outbound outbound = outbounds.get(attach.channel());
        if (outbound == null) {
            refuse(link, attach, Refused.Reason.NOT_OFFERED, attach.channel() + " is not offered");
            return;
        }
        ChannelSettings settings = outbound.channel().settings();
        if (settings.mode() != attach.mode()) {
            refuse(link, attach, Refused.Reason.MODE_MISMATCH, settings.id() + " is " + settings.mode());
            return;
        }
        if (outbound.sessions().size() >= engine.limits().maxReaders()) {
            refuse(
                    link,
                    attach,
                    Refused.Reason.TOO_MANY_READERS,
                    "maxReaders=" + engine.limits().maxReaders());
            engine.events().happened(Happening.LIMIT_REACHED, link.knownPeer().name(), settings.id() + " maxReaders");
            return;
        }
        Outlet.Attachment answer =
                outbound.outlet().attach(attach, link.knownPeer().peerRun(), engine.now());
        if (answer instanceof Outlet.Rejected no) {
            refuse(link, attach, no.reason(), no.text());
        } else if (answer instanceof Outlet.Accepted yes) {
            SenderSession session = new SenderSession(attach.session(), yes.session(), attach.credit());
            SenderEntry entry = new SenderEntry(session, outbound, link);
            link.sending().put(session.id(), entry);
            outbound.sessions().add(entry);
            accepted(link, outbound, session);
        }
    }

    private void accepted(LinkState link, Outbound outbound, SenderSession session) {
        long first = outbound.channel().log().firstLsn();
        Attached attached = new Attached(
                session.id(),
                1,
                engine.self().run().epoch(),
                first,
                outbound.channel().log().maxRecord());
        engine.control(link, attached.encode());
        String channel = outbound.id().name();
        engine.events()
                .happened(new NodeEvent(
                        Happening.READER_ATTACHED, 1, link.knownPeer().name(), channel, ""));
        engine.activate(outbound);
    }

    private void refuse(LinkState link, Attach attach, Refused.Reason reason, String text) {
        engine.control(link, new Refused(attach.session(), reason, text).encode());
    }

    void refused(LinkState link, Refused refused) {
        ReceiverEntry entry = link.receiving().get(refused.session());
        if (entry == null) {
            return;
        }
        endReceiving(entry, Ending.CLOSED);
        String text = refused.reason() + ": " + refused.text();
        if (entry.reader().firstRefusal(link.knownPeer().name() + text)) {
            engine.events()
                    .happened(new NodeEvent(
                            Happening.READER_REFUSED,
                            1,
                            link.knownPeer().name(),
                            entry.channel().name(),
                            text));
        }
        if (refused.reason() == Refused.Reason.SUBSCRIPTION_IN_USE) {
            engine.after(ASK_AGAIN, () -> askAgain(link, entry));
        }
    }

    private void askAgain(LinkState link, ReceiverEntry entry) {
        LinkState.Offered offered = link.offers().get(entry.channel());
        boolean wanted = readersOf(entry.channel()).contains(entry.reader());
        if (offered != null && wanted && links.contains(link)) {
            attach(entry.reader(), link, offered);
        }
    }

    void detached(LinkState link, Detach detach) {
        if (detach.from() == Detach.Side.SENDER) {
            ReceiverEntry entry = link.receiving().get(detach.session());
            if (entry != null) {
                endReceiving(entry, Ending.CLOSED);
            }
            return;
        }
        SenderEntry entry = link.sending().get(detach.session());
        if (entry == null) {
            return;
        }
        if (detach.reason() == Detach.Reason.DRAINING) {
            entry.session().outlet().ended(Ending.DRAINING, engine.now());
        } else {
            link.sending().remove(detach.session());
            endSending(entry, Ending.CLOSED);
        }
        engine.activate(entry.outbound());
    }

    private void endSending(SenderEntry entry, Ending ending) {
        if (entry.ended()) {
            return;
        }
        entry.end();
        entry.outbound().sessions().remove(entry);
        entry.session().outlet().ended(ending, engine.now());
        engine.activate(entry.outbound());
        PeerState peer = entry.link().peer();
        engine.events()
                .happened(new NodeEvent(
                        Happening.READER_DETACHED,
                        1,
                        peer == null ? "" : peer.name(),
                        entry.outbound().id().name(),
                        ending.toString()));
    }

    private void endReceiving(ReceiverEntry entry, Ending ending) {
        if (entry.ended()) {
            return;
        }
        entry.end();
        engine.receiverEnded(entry);
        entry.link().receiving().remove(entry.session().id());
        entry.reader().sessions().remove(entry);
        entry.session().inlet().ended(ending, engine.now());
    }
}
