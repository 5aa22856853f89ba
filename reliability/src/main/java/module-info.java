/** Delivery that keeps messages until they are acknowledged. */
@org.jspecify.annotations.NullMarked
module io.parley.reliability {
    requires transitive io.parley.core;
    requires static org.jspecify;

    exports io.parley.reliability;

    provides io.parley.core.spi.DeliveryProvider with
            io.parley.reliability.internal.MemoryDeliveryProvider;
}
