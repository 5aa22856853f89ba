package io.parley.discovery;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.Subnet;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.core.spi.DiscoveryProvider;
import io.parley.discovery.internal.mdns.MdnsDiscovery;
import io.parley.discovery.internal.mdns.MdnsSettings;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes by multicast DNS on the networks of this host (RFC 6762 and 6763), without any server. What it publishes of a
 * node: id, epoch, nonce, a hash of the group, the version of the protocol, and where it listens. Immutable.
 *
 * <pre>
 *   Node.builder("billing").transport(Zmtp.transport()).discovery(Mdns.lan().on("eth0")).open();
 * </pre>
 */
public final class Mdns implements DiscoveryProvider {
    private static final String TYPE = "_parley._tcp";

    private final MdnsSettings settings;

    private Mdns(MdnsSettings settings) {
        this.settings = settings;
    }

    /** On every interface that is up and takes multicast; on a host that has none, on the loopback interface. */
    public static Mdns lan() {
        return new Mdns(new MdnsSettings(List.of(), TYPE, List.of()));
    }

    /** On the loopback interface only: finds processes of this host, and no packet leaves it. */
    public static Mdns loopback() {
        return lan().on("127.0.0.1");
    }

    /** Only on these: names of interfaces as {@code eth0}, or addresses of this host. None stands for all. */
    public Mdns on(String... interfaces) {
        return new Mdns(new MdnsSettings(List.of(interfaces), settings.type(), settings.allowed()));
    }

    /**
     * Takes claims of addresses in these networks too, for example of hosts behind a reflector; else only addresses on the
     * networks of this host's interfaces are dialled.
     *
     * @param networks as {@code 10.0.0.0/8}
     */
    public Mdns allowing(String... networks) {
        List<Subnet> allowed = Arrays.stream(networks).map(Subnet::parse).toList();
        return new Mdns(new MdnsSettings(settings.interfaces(), settings.type(), allowed));
    }

    /** Another type of service than {@code _parley._tcp}, for tests that share a host. */
    public Mdns type(String type) {
        return new Mdns(new MdnsSettings(settings.interfaces(), type, settings.allowed()));
    }

    @Override
    public String name() {
        return "mdns";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public @Nullable Endpoint listen() {
        boolean local = settings.interfaces().equals(List.of("127.0.0.1"))
                || settings.interfaces().equals(List.of("lo"));
        return Endpoint.parse(local ? "tcp://127.0.0.1:0" : "tcp://*:0");
    }

    @Override
    public Discovery open(DiscoveryContext context) {
        return new MdnsDiscovery(settings, context);
    }
}
