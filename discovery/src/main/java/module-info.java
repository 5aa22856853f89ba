/** Finds nodes: mDNS, and unicast DNS-SD. */
@org.jspecify.annotations.NullMarked
module io.parley.discovery {
    requires transitive io.parley.core;
    requires java.naming;
    requires javax.jmdns;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.parley.discovery;

    provides io.parley.core.spi.DiscoveryProvider with
            io.parley.discovery.internal.service.LanProvider;
}
