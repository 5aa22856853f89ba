package io.parley.discovery;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.core.spi.DiscoveryProvider;
import io.parley.discovery.internal.dns.DnsDiscovery;
import io.parley.discovery.internal.dns.DnsSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes through a name server, for groups that outgrow one network: what a headless service of Kubernetes answers, or
 * DNS-SD over unicast DNS (RFC 6763). Looks up SRV records of the name; if there is none, what PTR records of it point to; if
 * there is none, the addresses of the name with {@link #port}. A TXT record is read where there is one, and not needed.
 * Publishes nothing: the records are somebody else's. Immutable.
 *
 * <pre>
 *   DnsSd.of("_parley._tcp.orders.shop.svc.cluster.local")        DnsSd.of("orders.shop.svc.cluster.local").port(7700)
 * </pre>
 *
 * <p>Whoever writes the zone says what is dialled: any address in it is.
 */
public final class DnsSd implements DiscoveryProvider {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration LEAST = Duration.ofMillis(100);

    private final DnsSettings settings;

    private DnsSd(DnsSettings settings) {
        this.settings = settings;
    }

    /** The name to look up, every 5 seconds, at the name servers of this host. */
    public static DnsSd of(String name) {
        if (name.isBlank() || name.length() > 253) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "name '" + name + "', expected a domain name of 1 to 253 characters");
        }
        return new DnsSd(new DnsSettings(name, "", 0, EVERY));
    }

    /** The port of all addresses of the name, where no SRV record says one. */
    public DnsSd port(int port) {
        if (port < 1 || port > 65_535) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "port=" + port + ", expected 1 to 65535");
        }
        return new DnsSd(new DnsSettings(settings.name(), settings.server(), port, settings.every()));
    }

    /** Asks this name server, {@code HOST} or {@code HOST:PORT}, instead of those of the host. */
    public DnsSd server(String address) {
        return new DnsSd(new DnsSettings(settings.name(), address, settings.port(), settings.every()));
    }

    /** How often it asks, at least 100 ms. */
    public DnsSd every(Duration time) {
        if (time.compareTo(LEAST) < 0) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "every=" + time.toMillis() + " ms, expected at least " + LEAST.toMillis() + " ms");
        }
        return new DnsSd(new DnsSettings(settings.name(), settings.server(), settings.port(), time));
    }

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public int priority() {
        return -1; // it needs a name: only who gives one wants it
    }

    @Override
    public @Nullable Endpoint listen() {
        return Endpoint.parse("tcp://*:" + settings.port());
    }

    @Override
    public Discovery open(DiscoveryContext context) {
        return new DnsDiscovery(settings, context.self());
    }
}
