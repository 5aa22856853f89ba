package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.internal.session.ReceiverSession;
import io.parley.core.spi.OutletSession.Ending;
import io.parley.core.spi.SenderOffer;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Credit;
import io.parley.core.wire.Detach;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Position;
import io.parley.core.wire.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this node reads: its readers, what peers offer, and the sessions between them. Belongs to the loop. */
final class Readership {
    /** When a reader that found its name in use, or no room, asks again. */
    private static final long ASK_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Set<LinkState> links;
    private final Map<ChannelId, List<Reader>> readers = new HashMap<>();
    private final List<Wildcard> wildcards = new ArrayList<>();
    private int nextSession = 1;

    Readership(Engine engine, Set<LinkState> links) {
        this.engine = engine;
        this.links = links;
    }

    /** Somebody who wants to read whatever topic is offered that fits. */
    interface Wildcard {
        void offered(ChannelId channel);
    }

    List<Reader> readersOf(ChannelId id) {
        return readers.getOrDefault(id, List.of());
    }

    Collection<List<Reader>> allReaders() {
        return readers.values();
    }

    void linkDown(LinkState link) {
        for (ReceiverEntry entry : List.copyOf(link.receiving().values())) {
            endReceiving(entry, Ending.LINK_DOWN);
        }
    }

    void peerGone(PeerState peer) {
        readers.values().forEach(list -> list.forEach(r -> r.inlet().peerGone(peer.id(), engine.now())));
    }

    void senderLost(PeerState peer) {
        readers.values().forEach(list -> list.forEach(r -> r.inlet().senderLost(peer.id(), engine.now())));
    }

    /** The sender has ended the session. */
    void detached(LinkState link, int session) {
        ReceiverEntry entry = link.receiving().get(session);
        if (entry != null) {
            endReceiving(entry, Ending.CLOSED);
        }
    }

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
                engine.receivers().drains(entry);
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
        boolean topic = entry.channel().kind() == Kind.TOPIC;
        if (topic && entry.mode() == Mode.BEST_EFFORT) {
            wildcard.offered(entry.channel());
        }
    }

    /** What the reader wants has changed: tells its senders. */
    void refilter(Reader reader) {
        for (ReceiverEntry entry : reader.sessions()) {
            Attach attach = attachFrame(entry, new Credit(0, 0));
            engine.control(entry.link(), attach.encode());
        }
    }

    private static Attach attachFrame(ReceiverEntry entry, Credit credit) {
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
        if (offer.extent() != Offer.Extent.CHANGES) {
            for (ReceiverEntry entry : List.copyOf(link.receiving().values())) {
                endReceiving(entry, Ending.CLOSED);
            }
            link.offers().clear();
            engine.services().withdrawn(link);
            link.knowOffers(offer.extent());
        }
        int refused = 0;
        for (Offer.Entry entry : offer.entries()) {
            if (entry.change() == Offer.Change.WITHDRAWN) {
                withdrawn(link, entry.channel());
                continue;
            }
            boolean known = link.offers().containsKey(entry.channel());
            if (!known && link.offers().size() >= engine.limits().mostOffers()) {
                refused++;
                continue;
            }
            offered(link, entry);
        }
        if (refused > 0) {
            String text = refused + " offers beyond " + engine.limits().mostOffers() + ", maxChannels="
                    + engine.limits().maxChannels();
            engine.events()
                    .happened(new NodeEvent(
                            Happening.LIMIT_REACHED, refused, link.knownPeer().name(), "", text));
        }
    }

    private void offered(LinkState link, Offer.Entry entry) {
        if (entry.channel().kind() == Kind.SERVICE) {
            link.offers().put(entry.channel(), new LinkState.Offered(entry, SenderOffer.Timing.OFFER_FIRST));
            engine.services().offered(link, entry);
            return;
        }
        for (Wildcard wildcard : List.copyOf(wildcards)) {
            tellWildcard(wildcard, entry);
        }
        LinkState.Offered fresh = new LinkState.Offered(entry, SenderOffer.Timing.READER_FIRST);
        List.copyOf(readersOf(entry.channel())).forEach(reader -> attach(reader, link, fresh));
        link.offers().put(entry.channel(), new LinkState.Offered(entry, SenderOffer.Timing.OFFER_FIRST));
    }

    private void withdrawn(LinkState link, ChannelId channel) {
        link.offers().remove(channel);
        if (channel.kind() == Kind.SERVICE) {
            engine.services().withdrawn(link, channel.name());
        }
        for (ReceiverEntry entry : List.copyOf(link.receiving().values())) {
            if (entry.channel().equals(channel)) {
                endReceiving(entry, Ending.CLOSED);
            }
        }
    }

    private void attach(Reader reader, LinkState link, LinkState.Offered offered) {
        Offer.Entry entry = offered.entry();
        PeerState peer = link.knownPeer();
        boolean attached = reader.sessions().stream().anyMatch(session -> session.link() == link);
        if (attached || reader.closing() || !fits(reader, entry, peer)) {
            return;
        }
        Position next = new Position(entry.epoch(), entry.nextLsn());
        SenderOffer sender = new SenderOffer(peer.peerRun(), next, offered.timing());
        ReceiverSession session =
                new ReceiverSession(nextSession++, reader.inlet().open(sender, engine.now()));
        ReceiverEntry receiving = new ReceiverEntry(session, reader, reader.channel(), link);
        link.receiving().put(session.id(), receiving);
        reader.sessions().add(receiving);
        Credit credit = session.inlet().credit();
        session.granted(credit);
        engine.control(link, attachFrame(receiving, credit).encode());
    }

    /** Why readers of a channel read nothing of what peers offer now under its name, a sentence each. */
    List<String> misfits(ChannelId channel) {
        List<String> misfits = new ArrayList<>();
        for (LinkState link : links) {
            LinkState.Offered offered = link.offers().get(channel);
            if (offered == null) {
                continue;
            }
            for (Reader reader : readersOf(channel)) {
                String misfit = misfit(reader, offered.entry(), link.knownPeer());
                if (misfit != null) {
                    misfits.add(misfit);
                }
            }
        }
        return misfits;
    }

    private @Nullable String misfit(Reader reader, Offer.Entry entry, PeerState peer) {
        if (reader.mode() != entry.mode()) {
            return Refused.Reason.MODE_MISMATCH + ": mode " + entry.mode() + " at " + peer.name() + ", " + reader.mode()
                    + " at " + engine.self().name();
        }
        if (!reader.codec().reads(entry.codec(), entry.fingerprint())) {
            return Refused.Reason.CODEC_MISMATCH + ": codec " + entry.codec() + "/"
                    + Long.toHexString(entry.fingerprint()) + " at " + peer.name() + ", "
                    + reader.codec().name() + "/"
                    + Long.toHexString(reader.codec().fingerprint()) + " at "
                    + engine.self().name();
        }
        if (reader.inlet().isStale(peer.peerRun())) {
            return "STALE_EPOCH: " + reader.name() + " has read from later runs of " + peer.name()
                    + ": its data directory is an old copy; make it another node's with 'parley journal repair"
                    + " --new-identity'";
        }
        return null;
    }

    private boolean fits(Reader reader, Offer.Entry entry, PeerState peer) {
        String text = misfit(reader, entry, peer);
        if (text == null) {
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
        boolean mayChange = refused.reason() == Refused.Reason.SUBSCRIPTION_IN_USE
                || refused.reason() == Refused.Reason.TOO_MANY_READERS;
        if (mayChange) {
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

    private void endReceiving(ReceiverEntry entry, Ending ending) {
        if (entry.ended()) {
            return;
        }
        entry.end();
        engine.receivers().ended(entry);
        entry.link().receiving().remove(entry.session().id());
        entry.reader().sessions().remove(entry);
        entry.session().inlet().ended(ending, engine.now());
    }
}
