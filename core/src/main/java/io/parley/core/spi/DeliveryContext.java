package io.parley.core.spi;

import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;

/**
 * What a delivery is given.
 *
 * @param node this node
 * @param run its run
 * @param clock time
 * @param entropy chance
 * @param rings makes logs in memory
 */
public record DeliveryContext(NodeId node, Run run, Clock clock, Entropy entropy, Rings rings) {
    /** Makes logs in memory. */
    public interface Rings {
        /** A log of at most so many bytes. */
        io.parley.core.log.Log ring(long capacity);
    }
}
