package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Happening;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.channel.Channel;
import io.parley.core.internal.session.SenderSession;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletSession.Ending;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Detach;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this node sends: its offers, and the sessions that peers attached to them. Belongs to the loop. */
final class Exchange {
    /** How many offers go into one frame. */
    private static final int OFFERS_IN_A_FRAME = 100;

    private final Engine engine;
    private final Map<ChannelId, Outbound> outbounds = new LinkedHashMap<>();
    private final Readership readership;
    private final Set<LinkState> links = new LinkedHashSet<>();
    private int nextRevision = 1;

    Exchange(Engine engine) {
        this.engine = engine;
        readership = new Readership(engine, links);
    }

    /** The side on which this node reads. */
    Readership readership() {
        return readership;
    }

    Collection<Outbound> outbounds() {
        return outbounds.values();
    }

    @Nullable Outbound outbound(ChannelId id) {
        return outbounds.get(id);
    }

    Collection<LinkState> links() {
        return links;
    }

    // what this node sends

    /** Offers a channel to all peers. */
    Outbound offer(Channel<?> channel, Delivery delivery) {
        Outbound outbound = new Outbound(engine, channel, nextRevision++);
        outbound.outlet(delivery.outlet(channel.settings(), channel.log(), outbound));
        outbounds.put(outbound.id(), outbound);
        engine.channels().activate(outbound); // an earlier run may have left something to do
        announce(outbound);
        return outbound;
    }

    private void announce(Outbound outbound) {
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
        outbound.channel().log().close();
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
                outbound.channel().log().endLsn(),
                null);
    }

    // links

    void linkUp(LinkState link) {
        links.add(link);
        List<Offer.Entry> entries = new ArrayList<>(engine.services().offers());
        outbounds.values().forEach(o -> entries.add(entry(o, Offer.Change.OFFERED)));
        int from = 0;
        do {
            int to = Math.min(entries.size(), from + OFFERS_IN_A_FRAME);
            Offer.Extent extent = from == 0 ? engine.settling().ownExtent() : Offer.Extent.CHANGES;
            engine.control(link, new Offer(extent, entries.subList(from, to)).encode());
            from = to;
        } while (from < entries.size());
    }

    void linkDown(LinkState link) {
        endSessions(link);
        engine.services().linkDown(link);
    }

    /** Another link with the same peer has taken its place, on which everything is offered and attached anew. */
    void linkReplaced(LinkState link) {
        endSessions(link);
        engine.services().withdrawn(link);
    }

    private void endSessions(LinkState link) {
        links.remove(link);
        for (SenderEntry entry : List.copyOf(link.sending().values())) {
            endSending(entry, Ending.LINK_DOWN);
        }
        readership.linkDown(link);
    }

    void peerLost(PeerState peer) {
        outbounds.values().forEach(o -> o.outlet().peerLost(peer.id(), engine.now()));
        outbounds.values().forEach(engine.channels()::activate);
    }

    void peerGone(PeerState peer) {
        engine.services().peerGone(peer.id());
        outbounds.values().forEach(o -> o.outlet().peerGone(peer.id(), engine.now()));
        outbounds.values().forEach(engine.channels()::activate);
        readership.peerGone(peer);
    }

    // sessions on which this node sends

    void attach(LinkState link, Attach attach) {
        SenderEntry live = link.sending().get(attach.session());
        String wrong = wrongFilter(attach);
        if (wrong != null) {
            forbid(link, attach, wrong);
            return;
        }
        if (live != null) {
            live.session().outlet().refilter(attach.filters());
            engine.channels().activate(live.outbound());
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
            noRoom(link, attach, outbound);
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

    private void forbid(LinkState link, Attach attach, String why) {
        refuse(link, attach, Refused.Reason.FORBIDDEN, why);
        SenderEntry live = link.sending().remove(attach.session());
        if (live != null) {
            endSending(live, Ending.CLOSED);
        }
    }

    private void noRoom(LinkState link, Attach attach, Outbound outbound) {
        String text = "maxReaders=" + engine.limits().maxReaders();
        refuse(link, attach, Refused.Reason.TOO_MANY_READERS, text);
        if (outbound.firstRefusal()) { // readers ask again and again
            engine.events().happened(Happening.LIMIT_REACHED, link.knownPeer().name(), outbound.id() + " " + text);
        }
    }

    /** What is wrong with the filters; null when nothing is. */
    private static @Nullable String wrongFilter(Attach attach) {
        try {
            attach.filters().forEach(Filter::new);
            return null;
        } catch (ParleyException e) {
            return e.getMessage();
        }
    }

    private void accepted(LinkState link, Outbound outbound, SenderSession session) {
        long first = outbound.channel().log().firstLsn();
        Attached attached = new Attached(
                session.id(),
                1,
                engine.self().run().epoch(),
                first,
                session.outlet().beginsAt(),
                outbound.channel().log().maxRecord());
        engine.control(link, attached.encode());
        String channel = outbound.id().name();
        engine.events()
                .happened(new NodeEvent(
                        Happening.READER_ATTACHED, 1, link.knownPeer().name(), channel, ""));
        engine.channels().activate(outbound);
    }

    private void refuse(LinkState link, Attach attach, Refused.Reason reason, String text) {
        engine.control(link, new Refused(attach.session(), reason, text).encode());
    }

    void detached(LinkState link, Detach detach) {
        if (detach.from() == Detach.Side.SENDER) {
            readership.detached(link, detach.session());
            return;
        }
        SenderEntry entry = link.sending().get(detach.session());
        if (entry == null) {
            return;
        }
        if (detach.reason() == Detach.Reason.DRAINING) {
            entry.sendsNoMore();
            entry.session().outlet().ended(Ending.DRAINING, engine.now());
        } else {
            link.sending().remove(detach.session());
            endSending(entry, Ending.CLOSED);
        }
        engine.channels().activate(entry.outbound());
    }

    private void endSending(SenderEntry entry, Ending ending) {
        if (entry.ended()) {
            return;
        }
        entry.end();
        entry.outbound().sessionEnded(entry);
        entry.session().outlet().ended(ending, engine.now());
        engine.channels().activate(entry.outbound());
        PeerState peer = entry.link().peer();
        engine.events()
                .happened(new NodeEvent(
                        Happening.READER_DETACHED,
                        1,
                        peer == null ? "" : peer.name(),
                        entry.outbound().id().name(),
                        ending.toString()));
    }
}
