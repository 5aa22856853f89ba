package io.parley.core.internal.peer;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Entropy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When to dial whom. Whoever knows an address and has no link dials at once; after a failure again with a pause that doubles
 * from 100 ms, 20 % of chance either way, to at most 3 s start to start while the peer was seen in the last ten minutes, and
 * 30 s later. At most {@value #AT_ONCE} dials are under way at once.
 */
public final class DialPlan {
    /** The most dials under way. */
    public static final int AT_ONCE = 16;
    /** How long an address is looked for before it counts as failed: of the second that is promised, what is left goes to ending. */
    public static final long SETTLING = TimeUnit.MILLISECONDS.toNanos(860);

    /** How much longer, when a dial that began in time is under way: what was answered takes a moment to introduce itself. */
    static final long LAST_DIAL = TimeUnit.MILLISECONDS.toNanos(60);

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long HURRIED_PAUSE = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long NEAR_PAUSE = TimeUnit.SECONDS.toNanos(3);
    private static final long FAR_PAUSE = TimeUnit.SECONDS.toNanos(30);
    private static final long RECENT = TimeUnit.MINUTES.toNanos(10);
    private static final long STAGGER = TimeUnit.MILLISECONDS.toNanos(250);
    private static final double SPREAD = 0.2;
    /** How many of the dials under way may be of addresses that only hearsay names: a flood of it delays nobody else. */
    private static final int HEARSAY_AT_ONCE = 12;

    private final Entropy entropy;
    private final Map<Endpoint, Target> targets = new LinkedHashMap<>();
    private int underWay;
    private int hearsay;
    private long hurryUntil = Long.MIN_VALUE;

    /** An empty plan. */
    public DialPlan(Entropy entropy) {
        this.entropy = entropy;
    }

    /** Where an address comes from. */
    public enum Source {
        /** The user named it: it is dialled for ever. */
        GIVEN,
        /** A source of discovery names it: it is dialled until that ends, and a dial after that fails. */
        CLAIMED,
        /** A peer named it in its HELLO: it is dialled until the peer leaves or is forgotten. */
        LEARNED
    }

    private static final class Target {
        private final Endpoint endpoint;
        private Source source;
        private @Nullable NodeId owner;
        /** Whether a link has shown that the owner is there; what others say of it does not count then. */
        private boolean proven;
        /** Whether claims name different owners: a dial will tell. */
        private boolean disputed;

        private long seen;
        private long unlinkedSince;
        private long next;
        private long started;
        private long pause = FIRST_PAUSE;
        private boolean dialling;
        private boolean useless;
        private boolean forgotten;
        private boolean countedAsHearsay;

        Target(Endpoint endpoint, Source source, long now) {
            this.endpoint = endpoint;
            this.source = source;
            seen = now;
            unlinkedSince = now;
            next = now;
        }

        boolean hearsay() {
            return source == Source.CLAIMED && !proven;
        }
    }

    /** Adds an address; an address that is known keeps its place in the plan. */
    public void add(Endpoint endpoint, Source source, @Nullable NodeId owner, long now) {
        Target target = targets.get(endpoint);
        if (target == null) {
            target = new Target(endpoint, source, now);
            targets.put(endpoint, target);
        }
        target.forgotten = false;
        if (source == Source.GIVEN || source == Source.LEARNED && target.source == Source.CLAIMED) {
            target.source = source;
        }
        if (owner != null) {
            target.owner = owner;
            target.proven = true;
            target.seen = now;
        }
    }

    /**
     * Somebody says that this peer is there. Nothing that a link has shown is touched by it; a peer that is linked is not
     * dialled for it.
     */
    public void claimed(Endpoint endpoint, Source source, @Nullable NodeId owner, long now) {
        Target known = targets.get(endpoint);
        if (known == null || !known.proven) {
            boolean before = known != null;
            add(endpoint, source, null, now);
            Target target = targets.get(endpoint);
            if (target != null) {
                target.disputed |= before && !Objects.equals(target.owner, owner);
                target.owner = target.disputed ? null : owner;
            }
        } else {
            add(endpoint, source, null, now);
        }
    }

    /** There is a reason to believe that a dial would succeed now. */
    public void afresh(Endpoint endpoint, long now) {
        Target target = targets.get(endpoint);
        if (target != null && !target.dialling) {
            target.pause = FIRST_PAUSE;
            target.next = Math.min(target.next, now);
        }
    }

    /** Nobody names this address any more: it goes at once, or when the dial that is under way fails. */
    public void fade(Endpoint endpoint) {
        Target target = targets.get(endpoint);
        if (target == null || target.source != Source.CLAIMED) {
            return;
        }
        if (!target.dialling && !target.proven) {
            targets.remove(endpoint);
        } else {
            target.forgotten = true;
        }
    }

    /** Whether a link has shown who is at this address. */
    public boolean proven(Endpoint endpoint) {
        Target target = targets.get(endpoint);
        return target != null && target.proven;
    }

    /** How many addresses are in the plan. */
    public int size() {
        return targets.size();
    }

    /** The addresses to dial now; counts them as under way. */
    public List<Endpoint> due(Predicate<NodeId> linked, long now) {
        List<Endpoint> due = new ArrayList<>();
        for (Target target : targets.values()) {
            if (underWay >= AT_ONCE) {
                break;
            }
            if (target.hearsay() && hearsay >= HEARSAY_AT_ONCE) {
                continue;
            }
            if (ready(target, linked) && target.next <= now && !staggered(target, now)) {
                target.dialling = true;
                target.started = now;
                underWay++;
                hearsay += target.hearsay() ? 1 : 0;
                target.countedAsHearsay = target.hearsay();
                due.add(target.endpoint);
            }
        }
        return due;
    }

    private static boolean ready(Target target, Predicate<NodeId> linked) {
        return !target.dialling && !target.useless && (target.owner == null || !linked.test(target.owner));
    }

    /** Several addresses of one peer are dialled in parallel, but not all at the same moment. */
    private boolean staggered(Target target, long now) {
        NodeId owner = target.owner;
        if (owner == null) {
            return false;
        }
        for (Target other : targets.values()) {
            if (other != target && other.dialling && owner.equals(other.owner) && now - other.started < STAGGER) {
                target.next = other.started + STAGGER;
                return true;
            }
        }
        return false;
    }

    /** A dial came to nothing, or its link ended before the two sides knew each other. */
    public void failed(Endpoint endpoint, long now) {
        Target target = end(endpoint);
        if (target == null) {
            return;
        }
        if (target.forgotten) {
            targets.remove(endpoint);
            return;
        }
        long limit = now - target.seen < RECENT ? NEAR_PAUSE : FAR_PAUSE;
        long pause = (long) (Math.min(target.pause, limit) * entropy.jitter(SPREAD));
        boolean hurried = now < hurryUntil && now - target.unlinkedSince < SETTLING;
        target.next = target.started + (hurried ? Math.min(pause, HURRIED_PAUSE) : Math.min(pause, limit));
        target.pause = Math.min(2 * target.pause, limit);
    }

    /** A dial led to this peer, whether or not that link is the one that stays. */
    public void reached(Endpoint endpoint, NodeId owner, long now) {
        Target target = end(endpoint);
        if (target != null) {
            target.forgotten = false;
            target.owner = owner;
            target.proven = true;
            target.disputed = false;
            target.source = target.source == Source.CLAIMED ? Source.LEARNED : target.source;
            target.seen = now;
            target.pause = FIRST_PAUSE;
            target.next = now + FIRST_PAUSE;
        }
    }

    /** A dial led to ourselves: never again. */
    public void isSelf(Endpoint endpoint) {
        Target target = end(endpoint);
        if (target != null) {
            target.useless = true;
        }
    }

    private @Nullable Target end(Endpoint endpoint) {
        Target target = targets.get(endpoint);
        if (target != null && target.dialling) {
            target.dialling = false;
            underWay--;
            hearsay -= target.countedAsHearsay ? 1 : 0;
            target.countedAsHearsay = false;
        }
        return target;
    }

    /** The peer lost its link: its addresses are dialled at once. */
    public void unlinked(NodeId owner, long now) {
        for (Target target : targets.values()) {
            if (owner.equals(target.owner)) {
                target.seen = now;
                target.unlinkedSince = now;
                target.next = now;
                target.pause = FIRST_PAUSE;
            }
        }
    }

    /** The peer left, or was forgotten: addresses that only it had named go with it. */
    public void forget(NodeId owner) {
        targets.values().removeIf(t -> owner.equals(t.owner) && t.source == Source.LEARNED && !t.dialling);
        for (Target target : targets.values()) {
            if (owner.equals(target.owner)) {
                target.owner = null;
                target.proven = false;
                target.forgotten = target.source == Source.LEARNED; // its dial is under way: it goes when that fails
            }
        }
    }

    /** The peer that was last found at this address, or that named it; null when none is known. */
    public @Nullable NodeId owner(Endpoint endpoint) {
        Target target = targets.get(endpoint);
        return target == null ? null : target.owner;
    }

    /**
     * When every address has either been heard, or has failed for {@link #SETTLING}, and {@link #LAST_DIAL} for one that is
     * being dialled.
     *
     * @param heard whether the peer is linked and has said what it offers
     */
    public long settledAt(Predicate<NodeId> heard) {
        long settled = Long.MIN_VALUE;
        for (Target target : targets.values()) {
            NodeId owner = target.owner;
            if (!target.useless && !target.forgotten && (owner == null || !heard.test(owner))) {
                long over = target.unlinkedSince + SETTLING;
                boolean last = target.dialling && target.started < over;
                settled = Math.max(settled, last ? over + LAST_DIAL : over);
            }
        }
        return settled;
    }

    /** Somebody waits for whoever may still come: addresses that failed only just now are dialled again soon, without doubling. */
    public void hurry(long until, long now) {
        hurryUntil = until;
        for (Target target : targets.values()) {
            if (!target.dialling && now - target.unlinkedSince < SETTLING) {
                target.next = Math.min(target.next, Math.max(now, target.started + HURRIED_PAUSE));
            }
        }
    }

    /** When something is due at the latest. */
    public long deadline(Predicate<NodeId> linked) {
        long deadline = Long.MAX_VALUE;
        if (underWay < AT_ONCE) {
            for (Target target : targets.values()) {
                if (ready(target, linked) && !(target.hearsay() && hearsay >= HEARSAY_AT_ONCE)) {
                    deadline = Math.min(deadline, target.next);
                }
            }
        }
        return deadline;
    }
}
