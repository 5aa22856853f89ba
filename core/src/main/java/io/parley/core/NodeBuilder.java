package io.parley.core;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.DiscoveryProvider;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.TransportProvider;
import io.parley.core.wire.Introduction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Settings of a node, checked as a whole by {@link #open}. Not thread-safe. */
public final class NodeBuilder {
    private final String name;
    private String group = "default";
    private final List<Endpoint> listen = new ArrayList<>();
    private final List<Endpoint> peers = new ArrayList<>();
    private @Nullable TransportProvider transport;
    private final List<DiscoveryProvider> discoveries = new ArrayList<>();
    private final List<DeliveryProvider> deliveries = new ArrayList<>();
    private Consumer<NodeEvent> onEvent = event -> {};
    private @Nullable Runtime runtime;
    private NodeLimits limits = NodeLimits.DEFAULT;

    NodeBuilder(String name) {
        this.name = name;
    }

    /** The group; nodes of other groups are refused. {@code default} when not given. */
    public NodeBuilder group(String newGroup) {
        group = newGroup;
        return this;
    }

    /**
     * Listens here; may be called several times. When not given: any free port, of all interfaces when discovery lets other
     * hosts know of this node, else of the loopback interface.
     */
    public NodeBuilder listen(String... endpoints) {
        for (String endpoint : endpoints) {
            listen.add(Endpoint.parse(endpoint));
        }
        return this;
    }

    /** Dials these; may be called several times. */
    public NodeBuilder peers(String... endpoints) {
        for (String endpoint : endpoints) {
            peers.add(Endpoint.parse(endpoint));
        }
        return this;
    }

    /** The transport; needed. */
    public NodeBuilder transport(TransportProvider provider) {
        transport = provider;
        return this;
    }

    /** A source that finds other nodes; may be called several times, they are put together. */
    public NodeBuilder discovery(DiscoveryProvider provider) {
        discoveries.add(provider);
        return this;
    }

    /** A delivery that serves more than best effort; may be called several times. */
    public NodeBuilder delivery(DeliveryProvider provider) {
        deliveries.add(provider);
        return this;
    }

    /** Hears of everything that happens, on the loop's thread: it must not wait. */
    public NodeBuilder onEvent(Consumer<NodeEvent> listener) {
        onEvent = listener;
        return this;
    }

    /** Threads, time and chance; the real ones when not given. */
    public NodeBuilder runtime(Runtime newRuntime) {
        runtime = newRuntime;
        return this;
    }

    /** Limits and times. */
    public NodeBuilder limits(NodeLimits newLimits) {
        limits = newLimits;
        return this;
    }

    /** Takes what {@link ServiceLoader} finds where nothing was given. */
    NodeBuilder discovered() {
        if (transport == null) {
            transport = ServiceLoader.load(TransportProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .max(Comparator.comparingInt(TransportProvider::priority))
                    .orElse(null);
        }
        if (discoveries.isEmpty()) {
            ServiceLoader.load(DiscoveryProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(provider -> provider.priority() >= 0)
                    .max(Comparator.comparingInt(DiscoveryProvider::priority))
                    .ifPresent(discoveries::add);
        }
        if (deliveries.isEmpty()) {
            ServiceLoader.load(DeliveryProvider.class).forEach(deliveries::add);
        }
        return this;
    }

    /**
     * Opens the node: listens, and begins to dial.
     *
     * @throws ParleyException INVALID_ARGUMENT, TRANSPORT_UNAVAILABLE, ADDRESS_IN_USE, ADDRESS_UNUSABLE
     */
    public Node open() {
        TransportProvider chosen = transport;
        if (chosen == null) {
            throw new ParleyException(
                    ErrorCode.TRANSPORT_UNAVAILABLE,
                    "node '" + name + "' has no transport: add parley-transport to the class path, or call"
                            + " transport(...)");
        }
        checkText("name", name);
        checkText("group", group);
        if (listen.size() > Introduction.MAX_ENDPOINTS) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    listen.size() + " addresses to listen on, expected at most " + Introduction.MAX_ENDPOINTS
                            + "; leave some out");
        }
        NodeSettings settings =
                new NodeSettings(name, group, doors(), peers, chosen, discoveries, deliveries, onEvent, limits);
        NodeOpener opener = ServiceLoader.load(NodeOpener.class, NodeOpener.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ParleyException(ErrorCode.INTERNAL, "parley-core lacks its own engine"));
        return opener.open(settings, runtime);
    }

    private List<Endpoint> doors() {
        if (!listen.isEmpty()) {
            return listen;
        }
        return discoveries.stream()
                .map(DiscoveryProvider::listen)
                .filter(Objects::nonNull)
                .limit(1)
                .toList();
    }

    private static void checkText(String what, String text) {
        if (text.isBlank() || text.length() > 60) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, what + "='" + text + "', expected 1 to 60 characters");
        }
    }

    /** Hook for a linger that is often set alone: how long close may take. */
    public NodeBuilder linger(Duration linger) {
        limits = limits.withLinger(linger);
        return this;
    }
}
