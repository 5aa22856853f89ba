package io.parley.core.spi;

/** Makes the delivery of a node. Found by {@link java.util.ServiceLoader}, or given to the builder. */
public interface DeliveryProvider {
    /** What it is called in events, for example {@code memory}. */
    String name();

    /** Where several serve a mode, the one with the highest number does. */
    int priority();

    /** Makes one. */
    Delivery open(DeliveryContext context);
}
