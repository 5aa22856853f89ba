package io.parley.testkit.discovery;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.Subnet;
import io.parley.core.spi.Announcement;
import io.parley.core.spi.Claim;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.core.spi.DiscoveryListener;
import io.parley.core.spi.DiscoveryProvider;
import io.parley.testkit.net.SimHost;
import io.parley.testkit.net.SimNetwork;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What nodes of a simulated network hear of each other. An announcement is heard, after a time of chance, by those whom its
 * host reaches at that moment, and by no one else until somebody asks again: as with multicast, of which nobody knows whether
 * it arrived. A test may also forge what is heard, and take claims away.
 */
public final class SimAir {
    private static final Subnet HERE = Subnet.parse("10.0.0.0/16");
    private static final String SERVICE = "sim";

    private final SimNetwork network;
    private final SeededEntropy chance;
    private final List<Ear> ears = new ArrayList<>();
    private Duration slowest = Duration.ofMillis(400);

    /** Nobody is there yet. */
    public SimAir(SimNetwork network, SeededEntropy chance) {
        this.network = network;
        this.chance = chance;
    }

    /** How long an announcement takes to be heard at the most. */
    public void slowest(Duration time) {
        slowest = time;
    }

    /** Makes sources for the nodes of a host. */
    public DiscoveryProvider provider(SimHost host) {
        return new DiscoveryProvider() {
            @Override
            public String name() {
                return SERVICE;
            }

            @Override
            public int priority() {
                return 0;
            }

            @Override
            public @Nullable Endpoint listen() {
                return null;
            }

            @Override
            public Discovery open(DiscoveryContext context) {
                Ear ear = new Ear(host, context.self());
                ears.add(ear);
                return ear;
            }
        };
    }

    /** Everybody on this host hears this, whoever says it. */
    public void forge(SimHost at, Claim claim) {
        ears.stream().filter(ear -> ear.host == at).forEach(ear -> ear.hear(claim));
    }

    /** Everybody hears that everybody else is gone: forged, or an interface that fell silent. */
    public void forgeGoodbyes() {
        ears.forEach(
                ear -> List.copyOf(ear.claims.keySet()).forEach(key -> ear.lose(key, "a goodbye that was forged")));
    }

    /** The nodes of this host notice that it has an address which it had not before. */
    public void addressChanged(SimHost at) {
        ears.stream().filter(ear -> ear.host == at).map(ear -> ear.listener).forEach(listener -> {
            if (listener != null) {
                listener.addressesChanged();
            }
        });
    }

    private void spread(Ear from, Ear to) {
        network.after(Duration.ofNanos(chance.nextBetween(0, slowest.toNanos())), () -> {
            Announcement said = from.announced;
            if (said != null && !to.closed && network.connects(from.host, to.host)) {
                to.hear(new Claim(said.id().toString(), said.id(), said.run(), said.endpoints(), null));
            }
        });
    }

    private void spreadGoodbye(Ear from, Ear to, String key) {
        network.after(Duration.ofNanos(chance.nextBetween(0, slowest.toNanos())), () -> {
            if (network.connects(from.host, to.host)) {
                to.lose(key, "was taken back");
            }
        });
    }

    /** One node's source. */
    private final class Ear implements Discovery {
        private final SimHost host;
        private final Announcement self;
        private final Map<String, Claim> claims = new LinkedHashMap<>();
        private @Nullable DiscoveryListener listener;
        private @Nullable Announcement announced;
        private boolean closed;

        Ear(SimHost host, Announcement self) {
            this.host = host;
            this.self = self;
        }

        void hear(Claim claim) {
            DiscoveryListener l = listener;
            if (l == null || self.id().toString().equals(claim.key())) {
                return;
            }
            if (claims.put(claim.key(), claim) == null) {
                l.found(claim);
            } else {
                l.updated(claim);
            }
        }

        void lose(String key, String reason) {
            DiscoveryListener l = listener;
            if (claims.remove(key) != null && l != null) {
                l.lost(key, reason);
            }
        }

        @Override
        public void start(DiscoveryListener newListener) {
            listener = newListener;
            newListener.networks(List.of(HERE));
            refresh();
        }

        @Override
        public void announce(Announcement announcement) {
            if (!closed) {
                announced = announcement;
                ears.stream().filter(other -> other != this).forEach(other -> spread(this, other));
            }
        }

        @Override
        public void withdraw() {
            if (announced != null) {
                announced = null;
                String key = self.id().toString();
                ears.stream().filter(other -> other != this).forEach(other -> spreadGoodbye(this, other, key));
            }
        }

        @Override
        public void refresh() {
            if (!closed) {
                ears.stream().filter(other -> other != this).forEach(other -> spread(other, this));
            }
        }

        @Override
        public List<Claim> snapshot() {
            return List.copyOf(claims.values());
        }

        @Override
        public void close() {
            withdraw();
            closed = true;
            listener = null;
            ears.remove(this);
        }
    }
}
