package io.parley.core.internal.peer;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.identity.Subnet;
import io.parley.core.spi.Claim;
import io.parley.core.spi.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all sources of discovery say, put together, and what of it is worth a dial. It makes no peers and ends none: what it
 * believes goes into the {@link DialPlan} and nowhere else.
 *
 * <pre>
 *            found, updated: within the networks, not us, not too many, not too fast
 *   unknown ────────────────────────────────────────────────────────────────────────▶ claimed: its addresses are dialled
 *      ▲                                                                               │ lost, or its lease is over
 *      └──── a dial failed, and nothing else names the address ──── fading ◀───────────┘
 * </pre>
 *
 * A source that is flooded costs at most {@value #MAX_PER_SOURCE} entries, and the oldest that led to nothing make room.
 */
public final class Claims {
    /** The most claims of one source. */
    public static final int MAX_PER_SOURCE = 4_096;
    /** How many claims a second one source may bring for long; a burst may bring {@value #BURST}. */
    public static final int A_SECOND = 500;
    /** How many claims one source may bring at once. */
    public static final int BURST = 2_000;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final NodeId self;
    private final DialPlan dials;
    private final Map<Endpoint, Integer> named = new HashMap<>();
    private final Map<Integer, Heard> sources = new HashMap<>();
    private long nextEnd = Long.MAX_VALUE;

    /** No claims yet. */
    public Claims(NodeId self, DialPlan dials) {
        this.self = self;
        this.dials = dials;
    }

    /** What became of a claim. */
    public enum Verdict {
        /** Its addresses are dialled unless its node is linked. */
        TAKEN,
        /** It says nothing new. */
        KNOWN,
        /** It is about this node. */
        SELF,
        /** None of its addresses is on a network of its source. */
        OFF_LINK,
        /** The source brings more in a short time than a network has. */
        TOO_FAST,
        /** The source has more claims than a network has, all of them linked. */
        TOO_MANY
    }

    /** How far a source is believed. */
    public enum Trust {
        /** The user named these addresses: any is dialled, without limit. */
        GIVEN,
        /** It hears what anybody may say. */
        HEARD
    }

    /** What is known of one source. */
    private static final class Heard {
        private final Trust trust;
        private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
        private List<Subnet> networks = List.of();
        private double tokens = BURST;
        private long filled;

        Heard(Trust trust, long now) {
            this.trust = trust;
            filled = now;
        }

        boolean takeToken(long now) {
            tokens = Math.min(BURST, tokens + (double) (now - filled) / SECOND * A_SECOND);
            filled = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    private record Entry(@Nullable NodeId id, @Nullable Run run, List<Endpoint> endpoints, long until) {
        boolean saysTheSame(Entry other) {
            return Objects.equals(id, other.id) && Objects.equals(run, other.run) && endpoints.equals(other.endpoints);
        }
    }

    /** A source begins to speak. */
    public void open(int source, Trust trust, long now) {
        sources.put(source, new Heard(trust, now));
    }

    private Heard heard(int source) {
        Heard heard = sources.get(source);
        if (heard == null) {
            throw new IllegalStateException("source " + source + " was not opened");
        }
        return heard;
    }

    /** The networks on which a source hears. */
    public void networks(int source, List<Subnet> networks) {
        heard(source).networks = List.copyOf(networks);
    }

    /** A source found something, or heard it again. */
    public Verdict found(int source, Claim claim, long now) {
        Heard heard = heard(source);
        if (self.equals(claim.id())) {
            return Verdict.SELF;
        }
        List<Endpoint> usable = claim.endpoints().stream()
                .filter(e -> heard.trust == Trust.GIVEN || onLink(e, heard.networks))
                .toList();
        if (usable.isEmpty()) {
            return Verdict.OFF_LINK;
        }
        Duration lease = claim.lease();
        Entry fresh =
                new Entry(claim.id(), claim.run(), usable, lease == null ? Long.MAX_VALUE : now + Clock.span(lease));
        Entry old = heard.entries.get(claim.key());
        if (heard.trust == Trust.HEARD && (old == null || !old.saysTheSame(fresh))) {
            if (!heard.takeToken(now)) {
                return Verdict.TOO_FAST;
            }
            if (old == null && heard.entries.size() >= MAX_PER_SOURCE && !makeRoom(heard)) {
                return Verdict.TOO_MANY;
            }
        }
        nextEnd = Math.min(nextEnd, fresh.until());
        return take(heard, claim.key(), fresh, now);
    }

    private Verdict take(Heard heard, String key, Entry fresh, long now) {
        Entry old = heard.entries.put(key, fresh);
        boolean newRun = old != null && fresh.run() != null && !fresh.run().equals(old.run());
        for (Endpoint endpoint : fresh.endpoints()) {
            boolean first = named.merge(endpoint, 1, Integer::sum) == 1;
            DialPlan.Source from = heard.trust == Trust.GIVEN ? DialPlan.Source.GIVEN : DialPlan.Source.CLAIMED;
            dials.claimed(endpoint, from, fresh.id(), now);
            if (first || newRun) {
                dials.afresh(endpoint, now);
            }
        }
        if (old != null) {
            drop(old);
        }
        return old != null && old.saysTheSame(fresh) ? Verdict.KNOWN : Verdict.TAKEN;
    }

    /** Names are for whoever gave them; what was heard is an address, and one within reach of who could have said it. */
    private static boolean onLink(Endpoint endpoint, List<Subnet> networks) {
        return endpoint.scheme().equals("tcp")
                && endpoint.port() != 0
                && networks.stream().anyMatch(n -> n.contains(endpoint.host()));
    }

    private boolean makeRoom(Heard heard) {
        for (Iterator<Entry> all = heard.entries.values().iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            if (entry.endpoints().stream().noneMatch(dials::proven)) {
                all.remove();
                drop(entry);
                return true;
            }
        }
        return false;
    }

    /** A source does not hear it any more. Returns whether it had been taken. */
    public boolean lost(int source, String key) {
        Entry entry = heard(source).entries.remove(key);
        if (entry != null) {
            drop(entry);
        }
        return entry != null;
    }

    private void drop(Entry entry) {
        for (Endpoint endpoint : entry.endpoints()) {
            if (named.merge(endpoint, -1, Integer::sum) <= 0) {
                named.remove(endpoint);
                dials.fade(endpoint);
            }
        }
    }

    /** Drops what nobody has repeated. Returns when to look again. */
    public long tick(long now) {
        if (now < nextEnd) {
            return nextEnd;
        }
        long deadline = Long.MAX_VALUE;
        for (Heard heard : sources.values()) {
            for (Iterator<Entry> all = heard.entries.values().iterator(); all.hasNext(); ) {
                Entry entry = all.next();
                if (entry.until() <= now) {
                    all.remove();
                    drop(entry);
                } else {
                    deadline = Math.min(deadline, entry.until());
                }
            }
        }
        nextEnd = deadline;
        return deadline;
    }

    /** How many claims there are. */
    public int size() {
        return sources.values().stream().mapToInt(h -> h.entries.size()).sum();
    }
}
