package io.parley.discovery.internal.mdns;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Announcement;
import io.parley.core.spi.Claim;
import io.parley.core.spi.DiscoveryListener;
import io.parley.discovery.internal.text.ServiceText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The claims that were heard by mDNS and are of use to one node. Thread-safe; a lock for a moment, and none while telling. */
final class Heard {
    /** The most claims that are remembered for a snapshot. */
    private static final int MAX = 4_096;

    private final Announcement self;
    private final Map<String, Claim> claims = new LinkedHashMap<>();
    private volatile @Nullable DiscoveryListener listener;

    Heard(Announcement self) {
        this.self = self;
    }

    void listener(@Nullable DiscoveryListener newListener) {
        listener = newListener;
    }

    void failed(String what) {
        DiscoveryListener l = listener;
        if (l != null) {
            l.failed(what);
        }
    }

    List<Claim> claims() {
        synchronized (claims) {
            return List.copyOf(claims.values());
        }
    }

    private static String key(Place place, String service) {
        return service + "%" + Place.numeric(place.address());
    }

    void refused(int count, String example) {
        DiscoveryListener l = listener;
        if (l != null) {
            l.refused(count, example);
        }
    }

    void resolved(Place place, ServiceHeard service) {
        ServiceText text = ServiceText.read(service.text());
        DiscoveryListener l = listener;
        if (l == null
                || text == null
                || !text.mayBeOf(self.group())
                || self.id().equals(text.id())) {
            return;
        }
        Claim claim = new Claim(key(place, service.name()), text.id(), text.run(), endpoints(service, text), null);
        boolean known;
        synchronized (claims) {
            if (claims.size() >= MAX && !claims.containsKey(claim.key())) {
                claims.remove(claims.keySet().iterator().next());
            }
            known = claims.put(claim.key(), claim) != null;
        }
        if (known) {
            l.updated(claim);
        } else {
            l.found(claim);
        }
    }

    private static List<Endpoint> endpoints(ServiceHeard service, ServiceText text) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (InetAddress address : service.addresses()) {
            if (!(address instanceof Inet6Address && address.isLinkLocalAddress())) {
                endpoints.add(new Endpoint("tcp", Place.numeric(address), service.port()));
            }
        }
        endpoints.addAll(text.more());
        return endpoints;
    }

    void removed(Place place, String service) {
        lost(key(place, service), "was taken back");
    }

    /** The address of this host at which these were heard is gone. */
    void forgetAt(InetAddress address) {
        String end = "%" + Place.numeric(address);
        List<String> gone;
        synchronized (claims) {
            gone = claims.keySet().stream().filter(key -> key.endsWith(end)).toList();
        }
        gone.forEach(key -> lost(key, "was heard on an interface that is gone"));
    }

    private void lost(String key, String reason) {
        boolean known;
        synchronized (claims) {
            known = claims.remove(key) != null;
        }
        DiscoveryListener l = listener;
        if (known && l != null) {
            l.lost(key, reason);
        }
    }
}
