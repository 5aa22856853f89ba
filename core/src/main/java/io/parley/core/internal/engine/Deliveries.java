package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Identity;
import io.parley.core.internal.besteffort.BestEffort;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.DeliveryProvider.Ground;
import io.parley.core.spi.DeliveryProvider.Opening;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What serves a node's channels, core's own best effort first; and who the node is, where one of them keeps that. */
final class Deliveries {
    private final Ground ground;
    private final List<Opening> openings = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private @Nullable Identity identity;

    private Deliveries(Ground ground) {
        this.ground = ground;
    }

    /** Opens what they stand on; all or none. */
    static Deliveries open(List<DeliveryProvider> providers, Ground ground) {
        List<DeliveryProvider> ordered = new ArrayList<>(providers);
        ordered.sort((a, b) -> Integer.compare(b.priority(), a.priority()));
        Deliveries opened = new Deliveries(ground);
        try {
            ordered.forEach(opened::add);
        } catch (RuntimeException e) {
            opened.close(Rim.CLOSE_FILES);
            throw e;
        }
        return opened;
    }

    private void add(DeliveryProvider provider) {
        Opening opening = provider.open(ground);
        openings.add(opening);
        Identity kept = opening.identity();
        if (kept != null && identity != null) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "node '" + ground.name() + "' was given two data directories, and with them two identities; give it"
                            + " one");
        }
        identity = kept == null ? identity : kept;
    }

    /** Who the node is, if that is kept. */
    @Nullable Identity identity() {
        return identity;
    }

    /** The node says who it is. */
    void begin(DeliveryContext context) {
        deliveries.add(new BestEffort(context));
        openings.forEach(opening -> deliveries.add(opening.delivery(context)));
    }

    /** What serves a sender. */
    Delivery sending(Kind kind, Mode mode) {
        return first(delivery -> delivery.serves(kind, mode), kind, mode);
    }

    /** What serves a reader. */
    Delivery reading(Kind kind, Mode mode) {
        return first(delivery -> delivery.reads(kind, mode), kind, mode);
    }

    /** Channels that outlived an earlier run. */
    List<ChannelSettings> stored() {
        return deliveries.stream()
                .flatMap(delivery -> delivery.stored().stream())
                .toList();
    }

    private Delivery first(Predicate<Delivery> fitting, Kind kind, Mode mode) {
        return deliveries.stream()
                .filter(fitting)
                .findFirst()
                .orElseThrow(() -> new ParleyException(
                        ErrorCode.MODE_UNAVAILABLE,
                        "no delivery serves a " + mode + " "
                                + kind.name().toLowerCase(Locale.ROOT) + " on node '" + ground.name() + "': add "
                                + (mode == Mode.DURABLE
                                        ? "Journal.in(directory)"
                                        : "parley-reliability, or delivery(...)")
                                + " to the builder"));
    }

    void close(long nanos) {
        openings.forEach(opening -> opening.close(nanos));
    }
}
