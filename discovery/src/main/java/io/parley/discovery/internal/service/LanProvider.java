package io.parley.discovery.internal.service;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.core.spi.DiscoveryProvider;
import io.parley.discovery.Mdns;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Node.open} finds. Whoever runs the process can switch it off with {@code PARLEY_MDNS=off} in the environment, and
 * choose interfaces with {@code PARLEY_INTERFACE=eth0,10.0.0.5}; no traffic leaves a host on which a test or an operator said so.
 */
public final class LanProvider implements DiscoveryProvider {
    private final Mdns mdns;
    private final boolean off;

    /** Reads the environment. */
    public LanProvider() {
        off = "off".equals(System.getenv("PARLEY_MDNS"));
        String chosen = System.getenv("PARLEY_INTERFACE");
        mdns = chosen == null || chosen.isBlank()
                ? Mdns.lan()
                : Mdns.lan().on(chosen.strip().split("\\s*,\\s*"));
    }

    @Override
    public String name() {
        return mdns.name();
    }

    @Override
    public int priority() {
        return off ? -1 : mdns.priority();
    }

    @Override
    public @Nullable Endpoint listen() {
        return mdns.listen();
    }

    @Override
    public Discovery open(DiscoveryContext context) {
        return mdns.open(context);
    }
}
