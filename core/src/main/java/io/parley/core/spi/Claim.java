package io.parley.core.spi;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a source of discovery has heard: somebody says that a node is reached there. It may be wrong, old or forged; what is
 * true is known when a link is up.
 *
 * @param key what the source calls it; a later claim with the same key takes its place
 * @param id who it is said to be; null when the source cannot know before HELLO
 * @param run which run of that node, when the source knows; a new one has it dialled afresh
 * @param endpoints where, at most {@value #MAX_ENDPOINTS}; hosts may be names
 * @param lease how long it is worth anything unless it is repeated; null for as long as the source does not say otherwise
 */
public record Claim(
        String key,
        @Nullable NodeId id,
        @Nullable Run run,
        List<Endpoint> endpoints,
        @Nullable Duration lease) {
    /** The most addresses of one claim; what is beyond is left out. */
    public static final int MAX_ENDPOINTS = 16;

    public Claim {
        endpoints = List.copyOf(endpoints.size() > MAX_ENDPOINTS ? endpoints.subList(0, MAX_ENDPOINTS) : endpoints);
    }

    /** A claim that knows nothing but an address, and holds until it is taken back. */
    public static Claim of(Endpoint endpoint) {
        return new Claim(endpoint.toString(), null, null, List.of(endpoint), null);
    }
}
