package io.parley.core;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.DiscoveryProvider;
import io.parley.core.spi.TransportProvider;
import java.util.List;
import java.util.function.Consumer;

/**
 * Everything that a node is opened with.
 *
 * @param name for people
 * @param group whom it talks to
 * @param listen where it listens
 * @param peers whom it dials
 * @param transport what carries its frames
 * @param discoveries what finds other nodes
 * @param deliveries what serves more than best effort
 * @param onEvent hears of everything
 * @param limits limits and times
 */
public record NodeSettings(
        String name,
        String group,
        List<Endpoint> listen,
        List<Endpoint> peers,
        TransportProvider transport,
        List<DiscoveryProvider> discoveries,
        List<DeliveryProvider> deliveries,
        Consumer<NodeEvent> onEvent,
        NodeLimits limits) {
    public NodeSettings {
        listen = List.copyOf(listen);
        peers = List.copyOf(peers);
        discoveries = List.copyOf(discoveries);
        deliveries = List.copyOf(deliveries);
    }
}
