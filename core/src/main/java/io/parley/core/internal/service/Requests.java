package io.parley.core.internal.service;

import io.parley.core.channel.ServiceSettings.Repeat;
import io.parley.core.error.ErrorCode;
import io.parley.core.identity.NodeId;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The requests of a node: whom to ask, and how each ends, once. Belongs to the loop.
 *
 * <p>A request goes to the replier with the fewest outstanding ones for each that it works on at once. Whoever refuses before
 * it began leaves it to the next; whoever is lost afterwards ends it, unless it may be repeated. While nobody can be asked it
 * waits, until the node is settled or its deadline has come.
 */
public final class Requests {
    /** How often a request is sent at the most that may be repeated: what ends its repliers must not end them all. */
    static final int MOST_ATTEMPTS = 3;

    private final Troubles troubles;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Asked asked = new Asked();
    private final TreeSet<Ask> byDeadline = new TreeSet<>(
            Comparator.comparingLong((Ask a) -> a.wish().deadline()).thenComparingLong(Ask::order));
    private int waiting;
    private long nextOrder = 1;
    private long nextCorrelation = 1;

    /** No requests yet. */
    public Requests(Troubles troubles) {
        this.troubles = troubles;
    }

    /** What an operator should know. */
    public interface Troubles {
        /** A replier that kept failing is not asked for a while. */
        void circuitOpened(String service, String replier);

        /** It is asked again. */
        void circuitClosed(String service, String replier);

        /** A reply came for which nobody waits. */
        void replyDropped(NodeId from);
    }

    // what users want

    /** A new request. It ends in a later turn. */
    public void submit(Ask ask, long now) {
        ask.submitted(nextOrder++);
        byDeadline.add(ask);
        Line line = line(ask);
        line.waiting().add(ask);
        waiting++;
        attempt(line, ask, now);
    }

    /** Nobody waits for it any more. Without effect when it has ended. */
    public void cancel(Ask ask) {
        ReplierPlace replier = ask.replier();
        if (ask.state() == Ask.State.ENDED) {
            return;
        }
        if (replier != null) {
            replier.circuit().undecided();
            ask.asker().cancel(replier.id(), ask.correlation());
        }
        forget(ask);
        if (replier != null) {
            tidyAfter(ask, replier);
        }
    }

    /** The node ends: nothing is waited for any more. */
    public void close() {
        for (Ask ask : List.copyOf(byDeadline)) {
            ReplierPlace replier = ask.replier();
            if (replier != null) {
                ask.asker().cancel(replier.id(), ask.correlation());
            }
            fail(
                    ask,
                    ErrorCode.CLOSED,
                    "the node was closed before " + ask.wish().service() + " was answered");
        }
    }

    // what repliers say

    /**
     * Who offers a service.
     *
     * @param id of the node
     * @param name for people
     * @param link the number of the link on which it is asked
     */
    public record Offerer(NodeId id, String name, long link) {}

    /** A peer serves it. */
    public void offered(Offerer by, Offer.Entry offer, long now) {
        String service = offer.channel().name();
        Line line = lines.computeIfAbsent(service, n -> new Line());
        ReplierPlace known = line.repliers().get(by.id());
        if (known != null) {
            known.offered(offer, by.link());
        } else {
            Circuit circuit = line.troubled().computeIfAbsent(by.id(), n -> new Circuit());
            line.repliers().put(by.id(), new ReplierPlace(by, offer, circuit));
        }
        look(service, now);
    }

    /** A peer serves it no more; what it was asked it may still answer. */
    public void withdrawn(NodeId id, String service) {
        Line line = lines.get(service);
        ReplierPlace replier = line == null ? null : line.repliers().get(id);
        if (line != null && replier != null) {
            replier.withdraw();
            tidy(service, line, replier);
        }
    }

    /** A peer forgot what it offered, and will say it anew. */
    public void withdrawn(NodeId id) {
        for (String service : List.copyOf(lines.keySet())) {
            withdrawn(id, service);
        }
    }

    /** A link to a peer is down: whether what hung on it has run is not known. */
    public void linkDown(NodeId id, long link, long now) {
        for (Map.Entry<String, Line> entry : List.copyOf(lines.entrySet())) {
            ReplierPlace replier = entry.getValue().repliers().get(id);
            if (replier != null) {
                if (replier.link() == link) {
                    replier.withdraw();
                }
                Asked.hangingOn(link, replier).forEach(ask -> lost(ask, replier, now));
                tidy(entry.getKey(), entry.getValue(), replier);
            }
        }
    }

    /** A link has given way to another one, and all that was on its way on it was read: what hung on it hangs on that one. */
    public void moved(NodeId id, long link, long to) {
        for (Line line : lines.values()) {
            ReplierPlace replier = line.repliers().get(id);
            if (replier != null) {
                Asked.hangingOn(link, replier).forEach(ask -> ask.moved(to));
            }
        }
    }

    /** A request of which not all had left goes on another link, from its beginning. */
    public void moved(long correlation, long to) {
        asked.moved(correlation, to);
    }

    /** Whether a reply of this peer under this number is waited for. */
    public boolean awaits(NodeId from, long correlation) {
        return asked.of(from, correlation) != null;
    }

    /** A peer's run is over: it will not come back as what it was. */
    public void peerGone(NodeId id) {
        for (Map.Entry<String, Line> entry : List.copyOf(lines.entrySet())) {
            if (!entry.getValue().repliers().containsKey(id)) {
                entry.getValue().troubled().remove(id);
                dropIfEmpty(entry.getKey(), entry.getValue());
            }
        }
    }

    /** A reply came. */
    public void replied(NodeId from, Reply reply, long now) {
        Ask ask = asked.of(from, reply.correlation());
        ReplierPlace replier = ask == null ? null : ask.replier();
        if (ask == null || replier == null) {
            troubles.replyDropped(from);
            return;
        }
        ask.asker().stop(from);
        if (reply.status().refused()) {
            replier.circuit().undecided();
            asked.letGo(ask, replier);
            ask.refused(from, replier.name() + " says " + reply.status() + " " + reply.text());
            waitAgain(ask, now);
        } else if (reply.status() == Reply.Status.DONE) {
            if (replier.circuit().answered()) {
                troubles.circuitClosed(ask.wish().service(), replier.name());
            }
            forget(ask);
            ask.asker().answered(from, reply.payload());
        } else {
            failed(ask, replier, now);
            ErrorCode code =
                    reply.status() == Reply.Status.UNREADABLE ? ErrorCode.DECODING_FAILED : ErrorCode.REQUEST_FAILED;
            fail(ask, code, replier.name() + ": " + reply.text());
        }
        tidyAfter(ask, replier);
    }

    // time

    /** Whether a node has heard all that it can hear of. */
    public enum Settled {
        YES,
        NO
    }

    /**
     * Ends what is over its deadline and, when the node is settled, what still found nobody. Returns the next deadline.
     *
     * @param settled looked at only while requests wait
     */
    public long turn(Supplier<Settled> settled, long now) {
        while (!byDeadline.isEmpty() && byDeadline.first().wish().deadline() <= now) {
            timeOut(byDeadline.first(), now);
        }
        if (waiting > 0 && settled.get() == Settled.YES) {
            List.copyOf(lines.values())
                    .forEach(line -> List.copyOf(line.waiting()).forEach(ask -> giveUp(line, ask, now)));
        }
        return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().wish().deadline();
    }

    private void timeOut(Ask ask, long now) {
        String service = "service " + ask.wish().service();
        ReplierPlace replier = ask.replier();
        if (replier == null) {
            String because = ask.lastTrouble().isEmpty() ? "" : "; " + ask.lastTrouble();
            fail(ask, ErrorCode.TIMEOUT, service + ": nobody was found in time to ask" + because);
            return;
        }
        failed(ask, replier, now);
        ask.asker().cancel(replier.id(), ask.correlation());
        String text = ": no reply from " + replier.name() + " in time; whether the request ran is not known";
        fail(ask, ErrorCode.TIMEOUT, service + text);
        tidyAfter(ask, replier);
    }

    /** How many requests wait for somebody to ask. */
    public int waiting() {
        return waiting;
    }

    /** How many requests have not ended. */
    public int unfinished() {
        return byDeadline.size();
    }

    /** Who serves it now, fit or not. */
    public List<NodeId> repliers(String service) {
        Line line = lines.get(service);
        if (line == null) {
            return List.of();
        }
        List<NodeId> ids = new ArrayList<>();
        line.repliers().values().stream().filter(r -> !r.withdrawn()).forEach(r -> ids.add(r.id()));
        return ids;
    }

    // decisions

    private Line line(Ask ask) {
        return lines.computeIfAbsent(ask.wish().service(), n -> new Line());
    }

    private void look(String service, long now) {
        Line line = lines.get(service);
        if (line == null) {
            return;
        }
        for (Ask ask : List.copyOf(line.waiting())) {
            attempt(line, ask, now);
        }
    }

    private void attempt(Line line, Ask ask, long now) {
        if (ask.state() != Ask.State.WAITING) {
            return; // a link that broke while others were sent has ended it
        }
        ReplierPlace best = line.choose(ask, now).best();
        if (best != null) {
            send(line, ask, best, now);
        }
    }

    private void send(Line line, Ask ask, ReplierPlace replier, long now) {
        line.waiting().remove(ask);
        waiting--;
        long correlation = nextCorrelation++;
        ask.asked(replier, correlation);
        asked.add(ask);
        replier.asked(ask, correlation);
        ask.asker().send(replier.id(), correlation, ask.wish().deadline() - now, ask.attempts());
    }

    /** Everybody was heard, and nobody is left to ask. */
    private void giveUp(Line line, Ask ask, long now) {
        if (ask.state() != Ask.State.WAITING) {
            return;
        }
        Line.Choice choice = line.choose(ask, now);
        if (choice.best() != null) {
            send(line, ask, choice.best(), now); // the pause of a circuit is over
        } else {
            Line.Verdict verdict = choice.whyNobody(ask, now);
            fail(ask, verdict.code(), "service " + ask.wish().service() + verdict.text());
        }
    }

    private void lost(Ask ask, ReplierPlace replier, long now) {
        if (ask.replier() != replier) {
            return;
        }
        if (!ask.asker().sent()) {
            replier.circuit().undecided();
            asked.letGo(ask, replier);
            ask.cutOff(replier.name() + " was lost before all of it was sent");
            waitAgain(ask, now);
            return;
        }
        failed(ask, replier, now);
        String text = replier.name() + " was lost after it was asked; whether the request ran is not known";
        if (ask.wish().repeat() == Repeat.NEVER || ask.attempts() >= MOST_ATTEMPTS) {
            fail(ask, ErrorCode.REPLIER_LOST, "service " + ask.wish().service() + ": " + text);
            return;
        }
        asked.letGo(ask, replier);
        ask.lost(text);
        waitAgain(ask, now);
    }

    private void waitAgain(Ask ask, long now) {
        Line line = line(ask);
        line.waiting().add(ask);
        waiting++;
        attempt(line, ask, now);
    }

    private void failed(Ask ask, ReplierPlace replier, long now) {
        if (replier.circuit().failed(now)) {
            troubles.circuitOpened(ask.wish().service(), replier.name());
        }
    }

    private void fail(Ask ask, ErrorCode code, String text) {
        forget(ask);
        ask.asker().failed(code, text);
    }

    /** It has ended. */
    private void forget(Ask ask) {
        byDeadline.remove(ask);
        ReplierPlace replier = ask.replier();
        if (replier != null) {
            asked.letGo(ask, replier);
        } else {
            Line line = line(ask);
            if (line.waiting().remove(ask)) {
                waiting--;
            }
            dropIfEmpty(ask.wish().service(), line);
        }
        ask.end();
    }

    private void tidyAfter(Ask ask, ReplierPlace replier) {
        Line line = lines.get(ask.wish().service());
        if (line != null) {
            tidy(ask.wish().service(), line, replier);
        }
    }

    /** Forgets a replier that is gone, and a circuit that has nothing to remember. */
    private void tidy(String service, Line line, ReplierPlace replier) {
        if (replier.withdrawn() && replier.outstanding().isEmpty()) {
            line.repliers().remove(replier.id(), replier);
            if (replier.circuit().isFresh()) {
                line.troubled().remove(replier.id());
            }
        }
        dropIfEmpty(service, line);
    }

    private void dropIfEmpty(String service, Line line) {
        if (line.isEmpty()) {
            lines.remove(service, line);
        }
    }
}
