package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.Subnet;
import io.parley.core.internal.peer.Claims;
import io.parley.core.internal.peer.Claims.Trust;
import io.parley.core.internal.peer.Claims.Verdict;
import io.parley.core.internal.peer.RefreshPlan;
import io.parley.core.spi.Announcement;
import io.parley.core.spi.Claim;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.core.spi.DiscoveryListener;
import io.parley.core.spi.DiscoveryProvider;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The sources of discovery of a node: brings what they say to {@link Claims} on the loop, asks them again, and tells what was
 * refused. Belongs to the loop; only the doors are used by the sources' threads.
 */
final class Sources {
    /** How many claims of one source may wait for the loop. */
    private static final int WAITING = 1_000;
    /** How long it may take until those that are there already are found; what is found then is given its own time. */
    private static final long FINDING = TimeUnit.MILLISECONDS.toNanos(880);
    /** How often what was refused is told. */
    private static final long TELL_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Claims claims;
    private final RefreshPlan refresh;
    private final GivenPeers given;
    private final List<Source> sources = new ArrayList<>();
    private final Map<Verdict, Refused> refused = new EnumMap<>(Verdict.class);
    private final Announcement self;
    private long nextTelling = Long.MAX_VALUE;
    private long lastTelling;
    private long settledAt = Long.MIN_VALUE;

    Sources(Engine engine) {
        this.engine = engine;
        claims = new Claims(engine.self().id(), engine.membership().dials());
        refresh = new RefreshPlan(engine.rim().runtime().entropy(), engine.now());
        given = new GivenPeers(engine.rim().settings().peers());
        lastTelling = engine.now() - TELL_EVERY;
        self = new Announcement(
                engine.self().id(),
                engine.self().run(),
                engine.self().group(),
                engine.rim().endpoints());
        add("given", given, Trust.GIVEN);
        for (DiscoveryProvider provider : engine.rim().settings().discoveries()) {
            DiscoveryContext context = new DiscoveryContext(
                    engine.self().name(),
                    self,
                    engine.rim().runtime().clock(),
                    engine.rim().runtime().entropy());
            add(provider.name(), provider.open(context), Trust.HEARD);
        }
    }

    private record Source(int number, String name, Discovery discovery) {}

    private record Refused(long count, String example) {}

    private void add(String name, Discovery discovery, Trust trust) {
        Source source = new Source(sources.size(), name, discovery);
        claims.open(source.number(), trust, engine.now());
        sources.add(source);
    }

    /** Begins to listen and to be heard; before the loop runs. */
    void start() {
        for (Source source : sources) {
            guarded(source, d -> d.start(source.number() == 0 ? new Direct(source) : new Door(source)));
            guarded(source, d -> d.announce(self));
        }
        if (sources.size() > 1) {
            settledAt = engine.now() + FINDING;
        }
    }

    /** When those that are there already have had the time to be found. */
    long settledAt() {
        return settledAt;
    }

    /** Dials an address that the user names. */
    void add(Endpoint endpoint) {
        given.add(endpoint);
    }

    /** A peer was lost: the sources are asked again soon. */
    void peerLost() {
        refresh.restart(engine.now());
    }

    /** Others need not try to reach this node any more. */
    void withdraw() {
        sources.forEach(source -> guarded(source, Discovery::withdraw));
    }

    /** Ends all. Any thread. */
    void close() {
        sources.forEach(source -> guarded(source, Discovery::close));
    }

    private void guarded(Source source, Consumer<Discovery> call) {
        try {
            call.accept(source.discovery());
        } catch (RuntimeException e) {
            engine.happened(new NodeEvent(Happening.DISCOVERY_FAILED, 1, "", "", source.name() + ": " + e));
        }
    }

    /** Does what is due; returns when to look again. */
    long tick(long now) {
        long deadline = Math.min(claims.tick(now), nextTelling);
        if (sources.size() > 1 && !engine.closing().leaving()) {
            if (refresh.due(now)) {
                sources.forEach(this::askAgain);
            }
            deadline = Math.min(deadline, refresh.deadline());
        }
        if (now >= nextTelling) {
            tellRefused(now);
        }
        return deadline;
    }

    /** Also takes what the source knows already: an event may have been lost to a limit. */
    private void askAgain(Source source) {
        guarded(source, d -> {
            d.refresh();
            d.snapshot().forEach(claim -> heard(source, claim));
        });
    }

    private void heard(Source source, Claim claim) {
        Verdict verdict = claims.found(source.number(), claim, engine.now());
        switch (verdict) {
            case TAKEN -> {
                engine.events().happened(Happening.CLAIM_FOUND, "", source.name() + ": " + describe(claim));
                engine.touchMembership();
            }
            case KNOWN -> engine.touchMembership();
            case SELF -> {}
            case OFF_LINK, TOO_FAST, TOO_MANY -> refuse(verdict, 1, source.name() + ": " + describe(claim));
        }
    }

    private static String describe(Claim claim) {
        return (claim.id() == null ? "somebody" : claim.id().brief()) + " at " + claim.endpoints();
    }

    /** Counts all, and tells at most once a second: what floods must not flood the log too. */
    private void refuse(Verdict why, int count, String example) {
        Refused before = refused.get(why);
        refused.put(why, new Refused(before == null ? count : before.count() + count, example));
        nextTelling = Math.min(nextTelling, Math.max(engine.now(), lastTelling + TELL_EVERY));
        engine.touchMembership();
    }

    private void tellRefused(long now) {
        refused.forEach((why, what) -> engine.events()
                .happened(new NodeEvent(
                        Happening.CLAIM_REFUSED, what.count(), "", "", why + ", for example " + what.example())));
        refused.clear();
        lastTelling = now;
        nextTelling = Long.MAX_VALUE;
    }

    private void lost(Source source, String key, String reason) {
        if (claims.lost(source.number(), key)) {
            engine.events().happened(Happening.CLAIM_LOST, "", source.name() + ": " + key + " " + reason);
            engine.touchMembership();
        }
    }

    /** Hears a source on the loop itself. */
    private final class Direct implements DiscoveryListener {
        private final Source source;

        Direct(Source source) {
            this.source = source;
        }

        @Override
        public void found(Claim claim) {
            heard(source, claim);
        }

        @Override
        public void updated(Claim claim) {
            heard(source, claim);
        }

        @Override
        public void lost(String key, String reason) {
            Sources.this.lost(source, key, reason);
        }

        @Override
        public void failed(String what) {
            engine.events().happened(Happening.DISCOVERY_FAILED, "", source.name() + ": " + what);
        }

        @Override
        public void networks(List<Subnet> networks) {
            claims.networks(source.number(), networks);
            source.discovery().snapshot().forEach(claim -> heard(source, claim));
        }

        @Override
        public void addressesChanged() {
            engine.membership().doubtLinks();
            engine.touchMembership();
        }

        @Override
        public void refused(int count, String example) {
            refuse(Verdict.TOO_MANY, count, source.name() + ": " + example);
        }
    }

    /** Brings what a source's threads say to the loop, as long as not too much of it waits. */
    private final class Door implements DiscoveryListener {
        private final Direct inside;
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger shut = new AtomicInteger();

        Door(Source source) {
            inside = new Direct(source);
        }

        /** A claim that finds no room is heard of with the next refresh. */
        private void bring(Claim claim) {
            if (waiting.incrementAndGet() > WAITING) {
                waiting.decrementAndGet();
                shut.incrementAndGet();
                return;
            }
            engine.run(() -> {
                waiting.decrementAndGet();
                inside.found(claim);
                int missed = shut.getAndSet(0);
                if (missed > 0) {
                    refuse(Verdict.TOO_FAST, missed, inside.source.name() + ": " + describe(claim));
                }
            });
        }

        @Override
        public void found(Claim claim) {
            bring(claim);
        }

        @Override
        public void updated(Claim claim) {
            bring(claim);
        }

        @Override
        public void lost(String key, String reason) {
            engine.run(() -> inside.lost(key, reason));
        }

        @Override
        public void failed(String what) {
            engine.run(() -> inside.failed(what));
        }

        @Override
        public void networks(List<Subnet> networks) {
            List<Subnet> copy = List.copyOf(networks);
            engine.run(() -> inside.networks(copy));
        }

        @Override
        public void addressesChanged() {
            engine.run(inside::addressesChanged);
        }

        @Override
        public void refused(int count, String example) {
            engine.run(() -> inside.refused(count, example));
        }
    }
}
