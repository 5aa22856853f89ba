package io.parley.core.spi;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import java.util.List;

/**
 * What a node wants others to know. A source publishes nothing beyond it, and of the group only a hash.
 *
 * @param id who it is
 * @param run its epoch and nonce
 * @param group whom it talks to
 * @param endpoints where it listens; the host may be a wildcard
 */
public record Announcement(NodeId id, Run run, String group, List<Endpoint> endpoints) {
    public Announcement {
        endpoints = List.copyOf(endpoints);
    }
}
