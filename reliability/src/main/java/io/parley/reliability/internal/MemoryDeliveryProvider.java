package io.parley.reliability.internal;

import io.parley.core.spi.DeliveryProvider;

/** RELIABLE channels in memory. */
public final class MemoryDeliveryProvider implements DeliveryProvider {
    private static final int PRIORITY = 100;

    /** For {@link java.util.ServiceLoader}. */
    public MemoryDeliveryProvider() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Opening open(Ground ground) {
        return Opening.of(MemoryDelivery::new);
    }
}
