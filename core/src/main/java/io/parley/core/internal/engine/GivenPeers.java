package io.parley.core.internal.engine;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Announcement;
import io.parley.core.spi.Claim;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses that the user named: a source of claims as any other, which never takes one back. Belongs to the loop. */
final class GivenPeers implements Discovery {
    private final List<Claim> claims = new ArrayList<>();
    private @Nullable DiscoveryListener listener;

    GivenPeers(List<Endpoint> peers) {
        peers.forEach(peer -> claims.add(Claim.of(peer)));
    }

    void add(Endpoint endpoint) {
        Claim claim = Claim.of(endpoint);
        claims.add(claim);
        DiscoveryListener l = listener;
        if (l != null) {
            l.found(claim);
        }
    }

    @Override
    public void start(DiscoveryListener newListener) {
        listener = newListener;
        claims.forEach(newListener::found);
    }

    @Override
    public void announce(Announcement announcement) {}

    @Override
    public void withdraw() {}

    @Override
    public void refresh() {}

    @Override
    public List<Claim> snapshot() {
        return List.copyOf(claims);
    }

    @Override
    public void close() {}
}
