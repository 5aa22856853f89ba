package io.parley.core.internal.service;

import io.parley.core.identity.NodeId;
import io.parley.core.wire.Offer;
import java.util.LinkedHashSet;
import java.util.Set;

/** One replier of one service, as its requester sees it while their link stands. */
final class ReplierPlace {
    private final NodeId id;
    private final String name;
    private final Set<Ask> outstanding = new LinkedHashSet<>();
    private Offer.Entry offer;
    private int concurrency;
    private Circuit circuit;
    private long link;
    private boolean withdrawn;
    private long lastAsked;

    ReplierPlace(Requests.Offerer by, Offer.Entry offer, Circuit circuit) {
        id = by.id();
        name = by.name();
        link = by.link();
        this.offer = offer;
        this.circuit = circuit;
        concurrency = concurrencyOf(offer);
    }

    private static int concurrencyOf(Offer.Entry offer) {
        Offer.Terms terms = offer.terms();
        return terms == null ? 1 : terms.concurrency();
    }

    NodeId id() {
        return id;
    }

    String name() {
        return name;
    }

    Set<Ask> outstanding() {
        return outstanding;
    }

    Offer.Entry offer() {
        return offer;
    }

    void offered(Offer.Entry again, long onLink) {
        offer = again;
        link = onLink;
        concurrency = concurrencyOf(again);
        withdrawn = false;
    }

    /** The number of the link on which it is asked. */
    long link() {
        return link;
    }

    /** It takes nothing new; what it has may still be answered. */
    void withdraw() {
        withdrawn = true;
    }

    boolean withdrawn() {
        return withdrawn;
    }

    Circuit circuit() {
        return circuit;
    }

    void asked(Ask ask, long order) {
        outstanding.add(ask);
        lastAsked = order;
        circuit.asked();
    }

    /** Whether it has more room than another: fewer requests for each that it works on at once; ties: asked longer ago. */
    boolean freerThan(ReplierPlace other) {
        long mine = (long) outstanding.size() * other.concurrency;
        long theirs = (long) other.outstanding.size() * concurrency;
        return mine != theirs ? mine < theirs : lastAsked < other.lastAsked;
    }
}
