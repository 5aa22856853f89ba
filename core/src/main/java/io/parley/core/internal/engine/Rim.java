package io.parley.core.internal.engine;

import io.parley.core.NodeSettings;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.Identity;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.internal.session.FrameBuilder;
import io.parley.core.log.BlockPool;
import io.parley.core.log.RingLog;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.DeliveryContext.Rings;
import io.parley.core.spi.DeliveryProvider.Ground;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Introduction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a node stands on: clock, transport, handler threads, deliveries, and who it says it is. Opened once, closed once; what
 * it holds is constant.
 */
final class Rim {
    /** Memory kept for the next log that wants it: at most 64 MiB, and an eighth of what the JVM may use. */
    private static final long POOLED_BYTES =
            Math.min(64L << 20, java.lang.Runtime.getRuntime().maxMemory() / 8);

    /** How long a node that cannot be opened waits for its files to be closed. */
    static final long CLOSE_FILES = TimeUnit.SECONDS.toNanos(2);

    private final NodeSettings settings;
    private final Runtime runtime;
    private final SteadyClock clock;
    private final Introduction self;
    private final Transport transport;
    private final HandlerThreads handlers;
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Deliveries deliveries;

    Rim(NodeSettings settings, Runtime runtime) {
        this.settings = settings;
        this.runtime = runtime;
        clock = new SteadyClock(runtime.clock());
        Entropy entropy = runtime.entropy();
        deliveries = Deliveries.open(settings.deliveries(), new Ground(settings.name(), runtime));
        Identity kept = deliveries.identity();
        Identity who = kept == null ? drawn(entropy) : kept;
        transport = openTransport(entropy);
        listen();
        List<String> addresses = endpoints.stream().map(Endpoint::toString).toList();
        self = new Introduction(who.id(), who.run(), settings.group(), settings.name(), addresses);
        handlers = new HandlerThreads(
                runtime.openHandlers(settings.name(), settings.limits().maxHandlerThreads()));
        BlockPool blocks = new BlockPool(POOLED_BYTES);
        checkFrames(transport.limits().maxFrame());
        Rings rings = capacity -> new RingLog(capacity, blocks);
        deliveries.begin(new DeliveryContext(who.id(), who.run(), clock, entropy, rings));
    }

    /** A node that keeps nothing is another one in each run. */
    private static Identity drawn(Entropy entropy) {
        NodeId id = new NodeId(entropy.nextLong(), entropy.nextLong());
        return new Identity(id, new Run(0, entropy.nextLong()));
    }

    private Transport openTransport(Entropy entropy) {
        int connections = 2 * settings.limits().maxPeers() + 100;
        try {
            return settings.transport()
                    .open(new TransportContext(settings.name(), runtime.clock(), entropy, connections));
        } catch (RuntimeException e) {
            deliveries.close(CLOSE_FILES);
            throw e;
        }
    }

    /** A record that travels whole fits a frame, with head and lease. */
    private void checkFrames(int maxFrame) {
        int needed = FrameBuilder.MAX_WHOLE + DataHead.BYTES + DataHead.LEASE_BYTES;
        if (maxFrame < needed) {
            close(0);
            throw new ParleyException(
                    ErrorCode.TRANSPORT_UNAVAILABLE,
                    "transport " + settings.transport().name() + " carries frames of " + maxFrame
                            + " bytes, expected at least " + needed);
        }
    }

    private void listen() {
        List<Endpoint> wanted =
                settings.listen().isEmpty() ? List.of(Endpoint.parse("tcp://127.0.0.1:0")) : settings.listen();
        try {
            for (Endpoint endpoint : wanted) {
                endpoints.add(transport.bind(numeric(endpoint)));
            }
        } catch (ParleyException e) {
            transport.close(Duration.ZERO);
            deliveries.close(CLOSE_FILES);
            throw e;
        }
    }

    private static Endpoint numeric(Endpoint endpoint) {
        if (endpoint.isWildcard() || NameResolver.isNumeric(endpoint)) {
            return endpoint;
        }
        Endpoint resolved = NameResolver.resolve(endpoint);
        if (resolved == null) {
            throw new ParleyException(
                    ErrorCode.ADDRESS_UNUSABLE,
                    endpoint + ": the name of the host is not known; give an address of it");
        }
        return resolved;
    }

    /** Ends the transport, the handler threads and what the deliveries stand on. */
    void close(long patience) {
        transport.close(Duration.ofNanos(patience));
        handlers.close(patience);
        deliveries.close(patience);
    }

    Deliveries deliveries() {
        return deliveries;
    }

    NodeSettings settings() {
        return settings;
    }

    Runtime runtime() {
        return runtime;
    }

    SteadyClock clock() {
        return clock;
    }

    Introduction self() {
        return self;
    }

    Transport transport() {
        return transport;
    }

    HandlerThreads handlers() {
        return handlers;
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }
}
