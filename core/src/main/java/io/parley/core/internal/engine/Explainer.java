package io.parley.core.internal.engine;

import io.parley.core.Explanation;
import io.parley.core.Explanation.Fact;
import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.channel.Channel;
import io.parley.core.log.Journaled;
import io.parley.core.spi.OutletStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says what holds for a channel now, and what weakens it. On the loop. */
final class Explainer {
    private final Engine engine;

    Explainer(Engine engine) {
        this.engine = engine;
    }

    /** Says it of every channel that this node sends on. */
    List<Explanation> explainSent() {
        List<Explanation> all = new ArrayList<>();
        for (Outbound outbound : engine.exchange().outbounds()) {
            ChannelId id = outbound.id();
            all.add(explain(id, outbound, engine.exchange().readership().readersOf(id)));
        }
        return all;
    }

    List<Explanation> explain(String name) {
        List<Explanation> found = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            ChannelId id = new ChannelId(kind, name);
            Outbound outbound = engine.exchange().outbound(id);
            List<Reader> readers = engine.exchange().readership().readersOf(id);
            if (outbound != null || !readers.isEmpty()) {
                found.add(explain(id, outbound, readers));
            }
        }
        return found;
    }

    private Explanation explain(ChannelId id, @Nullable Outbound outbound, List<Reader> readers) {
        Mode mode = outbound != null
                ? outbound.channel().settings().mode()
                : readers.get(0).mode();
        List<String> weakened = new ArrayList<>();
        List<Fact> facts = new ArrayList<>();
        List<String> readerLines = new ArrayList<>();
        List<String> messages = List.of();
        if (outbound != null) {
            OutletStatus status = outbound.outlet().status();
            sending(outbound, status, weakened, facts);
            readerLines = readers(status);
            messages = jobs(status.jobs(), facts);
        }
        List<String> senders = new ArrayList<>();
        for (Reader reader : readers) {
            for (ReceiverEntry entry : reader.sessions()) {
                PeerState peer = entry.link().knownPeer();
                senders.add(peer.name() + " " + peer.id() + (entry.session().attached() ? "" : " (not attached yet)"));
            }
        }
        weakenedByPeers(weakened);
        List<String> misfits = engine.exchange().readership().misfits(id);
        weakened.addAll(misfits);
        boolean nothing = outbound == null && senders.isEmpty() && !misfits.isEmpty();
        String guarantee = nothing ? Guarantee.none(id.kind(), mode) : guarantee(id.kind(), mode, outbound, readers);
        return new Explanation(
                id.toString(), mode.toString(), guarantee, weakened, facts, readerLines, senders, messages);
    }

    private static String guarantee(Kind kind, Mode mode, @Nullable Outbound outbound, List<Reader> readers) {
        Journaled journaled = outbound == null ? null : outbound.channel().journaled();
        String row = Guarantee.of(kind, mode, journaled);
        return readers.stream().anyMatch(Reader::isRemembering)
                ? row + "; what was executed here does not run again, in later runs either"
                : row;
    }

    private void sending(Outbound outbound, OutletStatus status, List<String> weakened, List<Fact> facts) {
        Channel<?> channel = outbound.channel();
        ChannelSettings settings = channel.settings();
        facts.add(new Fact("appended", Long.toString(channel.nextLsn() - 1 - channel.dropped())));
        facts.add(new Fact("dropped", Long.toString(channel.dropped())));
        facts.add(new Fact("waiting", Long.toString(status.waiting())));
        facts.add(new Fact("outstanding", Long.toString(status.outstanding())));
        facts.add(new Fact("later", Long.toString(status.later())));
        facts.add(new Fact("dead", Long.toString(status.dead())));
        facts.add(new Fact("usedBytes", Long.toString(channel.log().usedBytes())));
        facts.add(new Fact("capacity", Long.toString(channel.log().capacity())));
        facts.add(new Fact("maxMessage", Integer.toString(channel.log().maxRecord())));
        facts.add(new Fact("whenFull", describe(settings.overflow())));
        facts.add(new Fact("maxReaders", Integer.toString(engine.limits().maxReaders())));
        facts.add(new Fact("maxReceipts", Integer.toString(channel.receipts().limit())));
        weakenedBySettings(settings, status, weakened);
        Journaled journaled = channel.journaled();
        if (journaled != null) {
            facts.add(new Fact("flush", Guarantee.name(journaled.flush())));
            facts.add(new Fact("journaled", Long.toString(journaled.end() - 1)));
            weakenedByDisk(channel, journaled, weakened);
        }
    }

    private List<String> readers(OutletStatus status) {
        List<String> readers = new ArrayList<>();
        for (OutletStatus.ReaderLine line : status.readers()) {
            NodeId peer = line.peer();
            String who = peer == null ? "nobody" : engine.peerName(peer) + " " + peer;
            readers.add(who + " " + line.reader() + ": " + line.state() + ", " + line.behind() + " behind");
        }
        return readers;
    }

    private List<String> jobs(OutletStatus.@Nullable Jobs jobs, List<Fact> facts) {
        if (jobs == null) {
            return List.of();
        }
        long now = engine.rim().clock().millis();
        facts.add(new Fact("oldestMillis", jobs.oldest() == 0 ? "" : Long.toString(Math.max(0, now - jobs.oldest()))));
        facts.add(new Fact("failures", Long.toString(jobs.failures())));
        facts.add(new Fact("deadLetters", Long.toString(jobs.deadLetters())));
        return jobs.lines().stream().map(line -> describe(line, now)).toList();
    }

    private String describe(OutletStatus.JobLine line, long now) {
        NodeId holder = line.holder();
        String who = holder == null ? "" : " by " + engine.peerName(holder) + " " + holder;
        String failures = line.failures().isEmpty() ? "" : "; " + line.failures();
        return line.lsn() + ": " + line.state() + who + ", sent " + Math.max(0, now - line.sent()) + " ms ago"
                + failures;
    }

    private static void weakenedByDisk(Channel<?> channel, Journaled journaled, List<String> weakened) {
        ParleyException failure = journaled.failure();
        if (failure != null) {
            weakened.add("the journal has failed, this channel takes nothing any more: " + failure.getMessage());
            return;
        }
        if (!journaled.flush().beforeVisible()) {
            weakened.add("flush " + Guarantee.name(journaled.flush()) + ": JOURNALED says written, not forced");
        }
        if (channel.log().usedBytes() >= channel.log().capacity()) {
            weakened.add("the log is full, or the disk has no room for more of it: senders do what whenFull says");
        }
    }

    private static void weakenedBySettings(ChannelSettings settings, OutletStatus status, List<String> weakened) {
        if (settings.mode() == Mode.RELIABLE) {
            weakened.add("the log is in memory: when this process dies, what was not processed is lost");
        }
        if (settings.id().kind() == Kind.TOPIC
                && settings.mode() == Mode.DURABLE
                && status.readers().isEmpty()) {
            weakened.add("no durable reader is known: PROCESSED waits for nobody");
        }
        if (settings.id().kind() == Kind.QUEUE && status.readers().isEmpty()) {
            weakened.add("no worker is attached: messages wait here");
        }
        if (settings.mode() != Mode.BEST_EFFORT && settings.laggards().keep() == Laggards.Keep.ALWAYS) {
            weakened.add("laggards are kept: a reader that stands still stops this sender once the log is full");
        }
        Overflow.Action action = settings.overflow().action();
        if (action == Overflow.Action.DROP_OLDEST || action == Overflow.Action.DROP_NEWEST) {
            weakened.add("when the log is full messages are dropped (" + action + "), and told");
        }
        if (status.dead() > 0) {
            weakened.add(status.dead() + " messages were given up in this run");
        }
    }

    private void weakenedByPeers(List<String> weakened) {
        for (PeerState peer : engine.membership().peers()) {
            if (peer.everUp() && (peer.state() == Peer.State.SUSPECT || peer.state() == Peer.State.LOST)) {
                weakened.add("peer " + peer.name() + " is " + peer.state());
            }
        }
    }

    private static String describe(Overflow overflow) {
        return overflow.action() == Overflow.Action.BLOCK
                ? "BLOCK(" + TimeUnit.MILLISECONDS.convert(overflow.timeout()) + " ms)"
                : overflow.action().toString();
    }
}
