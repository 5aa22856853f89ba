package io.parley.discovery.internal.dns;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.Subnet;
import io.parley.core.spi.Announcement;
import io.parley.core.spi.Claim;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryListener;
import io.parley.discovery.internal.dns.Lookup.Service;
import io.parley.discovery.internal.text.ServiceText;
import io.parley.discovery.internal.work.Background;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a name server from time to time, and tells what has changed. A name that is gone from two answers in a row is lost; a
 * server that does not answer takes nothing away.
 */
public final class DnsDiscovery implements Discovery {
    private static final List<Subnet> EVERYWHERE = List.of(Subnet.parse("0.0.0.0/0"), Subnet.parse("::/0"));
    private static final int MISSED = 2;

    private final DnsSettings settings;
    private final Announcement self;
    private final Executor line = Background.inOrder();
    private final AtomicBoolean asking = new AtomicBoolean();
    /** Written by the line, read by all. */
    private volatile Map<String, Claim> claims = Map.of();

    private final Map<String, Integer> missed = new LinkedHashMap<>();
    private volatile @Nullable DiscoveryListener listener;
    private volatile boolean closed;

    /** Asks nothing yet. */
    public DnsDiscovery(DnsSettings settings, Announcement self) {
        this.settings = settings;
        this.self = self;
    }

    @Override
    public void start(DiscoveryListener newListener) {
        listener = newListener;
        newListener.networks(EVERYWHERE);
        line.execute(this::askAndComeAgain);
    }

    private void askAndComeAgain() {
        if (!closed) {
            ask();
            Background.after(settings.every().toMillis(), () -> line.execute(this::askAndComeAgain));
        }
    }

    @Override
    public void announce(Announcement announcement) {}

    @Override
    public void withdraw() {}

    @Override
    public void refresh() {
        if (!closed && asking.compareAndSet(false, true)) {
            line.execute(this::ask);
        }
    }

    @Override
    public List<Claim> snapshot() {
        return List.copyOf(claims.values());
    }

    private void ask() {
        asking.set(false);
        DiscoveryListener l = listener;
        if (l == null || closed) {
            return;
        }
        try (Lookup lookup = new Lookup(settings.server())) {
            tell(l, found(lookup));
        } catch (NamingException e) {
            l.failed("no answer about " + settings.name() + ": " + e);
        }
    }

    private Map<String, Claim> found(Lookup lookup) throws NamingException {
        Map<String, Claim> found = new LinkedHashMap<>();
        for (Service service : lookup.services(settings.name())) {
            // the records of a Kubernetes service share one name: what a TXT record there says is true of none in
            // particular
            boolean own = !service.name().equals(settings.name());
            ServiceText text = own ? ServiceText.read(lookup.text(service.name())::get) : null;
            if (text == null || text.mayBeOf(self.group()) && !self.id().equals(text.id())) {
                List<Endpoint> endpoints = new ArrayList<>(lookup.addresses(service.host(), service.port()));
                add(found, service.host() + ":" + service.port(), text, endpoints);
            }
        }
        if (found.isEmpty() && settings.port() != 0) {
            for (Endpoint endpoint : lookup.addresses(settings.name(), settings.port())) {
                add(found, endpoint.toString(), null, List.of(endpoint));
            }
        }
        return found;
    }

    private static void add(
            Map<String, Claim> found, String key, @Nullable ServiceText text, List<Endpoint> endpoints) {
        if (!endpoints.isEmpty()) {
            found.put(
                    key,
                    new Claim(key, text == null ? null : text.id(), text == null ? null : text.run(), endpoints, null));
        }
    }

    private void tell(DiscoveryListener l, Map<String, Claim> found) {
        Map<String, Claim> before = claims;
        Map<String, Claim> now = new LinkedHashMap<>(found);
        List<String> gone = new ArrayList<>();
        before.forEach((key, claim) -> {
            if (!found.containsKey(key)) {
                if (missed.merge(key, 1, Integer::sum) < MISSED) {
                    now.put(key, claim);
                } else {
                    gone.add(key);
                }
            }
        });
        missed.keySet().removeIf(key -> found.containsKey(key) || gone.contains(key));
        claims = now;
        found.forEach((key, claim) -> {
            Claim old = before.get(key);
            if (old == null) {
                l.found(claim);
            } else if (!old.equals(claim)) {
                l.updated(claim);
            }
        });
        gone.forEach(key -> l.lost(key, "is not in the answers any more"));
    }

    @Override
    public void close() {
        closed = true;
        listener = null;
    }
}
