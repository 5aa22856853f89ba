package io.parley.tools.node;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.TransportProvider;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The transports and deliveries on the class path. */
public final class Transports {
    private Transports() {}

    /** The transport of that name; the one with the highest priority when the name is empty. */
    public static TransportProvider named(String name) {
        List<TransportProvider> all = ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return all.stream()
                .filter(provider -> name.isEmpty() || provider.name().equals(name))
                .max(Comparator.comparingInt(TransportProvider::priority))
                .orElseThrow(() -> new ParleyException(
                        ErrorCode.INVALID_ARGUMENT,
                        "transport '" + name + "' is not there; there is "
                                + all.stream().map(TransportProvider::name).toList()));
    }

    /** Every delivery. */
    public static List<DeliveryProvider> deliveries() {
        return ServiceLoader.load(DeliveryProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
