package io.parley.reliability;

import io.parley.core.spi.DeliveryProvider;
import io.parley.reliability.internal.MemoryDeliveryProvider;

/** The deliveries of this module, for {@code Node.builder().delivery(...)}. */
public final class Reliability {
    private Reliability() {}

    /**
     * RELIABLE topics and queues whose logs live in the sender's memory: at least once while the sender lives, nothing twice
     * to the same process. It also serves readers and workers of DURABLE channels, which need no journal of their own. Opens no
     * file. Any thread; does not block.
     */
    public static DeliveryProvider inMemory() {
        return new MemoryDeliveryProvider();
    }
}
