package io.parley.core.spi;

import io.parley.core.identity.Endpoint;
import org.jspecify.annotations.Nullable;

/** Makes a source of discovery for a node. Found by {@link java.util.ServiceLoader}, or given to the builder. */
public interface DiscoveryProvider {
    /** What it is called in events and on the command line, for example {@code mdns}. */
    String name();

    /** The provider with the highest number is taken when none was given; a negative number is never taken by itself. */
    int priority();

    /** Where a node listens that was not told where, so that those who find it can reach it; null for no wish. */
    @Nullable Endpoint listen();

    /** Makes one; opens nothing yet. */
    Discovery open(DiscoveryContext context);
}
