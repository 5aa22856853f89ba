package io.parley.transport.plain;

import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A plain socket that is described and not open yet. Immutable. {@link #bind} or {@link #connect} opens it; more addresses can
 * be added to the open socket.
 *
 * @param <S> the kind of socket
 */
public final class PlainPlan<S extends PlainSocket> {
    private final PlainSettings settings;
    private final Function<PlainSettings, S> opener;

    PlainPlan(PlainSettings settings, Function<PlainSettings, S> opener) {
        this.settings = settings;
        this.opener = opener;
    }

    /** With other limits, or with CURVE. */
    public PlainPlan<S> with(PlainSettings changed) {
        return new PlainPlan<>(changed, opener);
    }

    /**
     * Opens the socket, which listens at these addresses.
     *
     * @throws io.parley.core.error.ParleyException as {@link PlainSocket#bind}, and TOO_MANY_SOCKETS
     */
    public S bind(String... endpoints) {
        return open(PlainSocket::bind, endpoints);
    }

    /**
     * Opens the socket, which connects to these addresses.
     *
     * @throws io.parley.core.error.ParleyException as {@link PlainSocket#connect}, and TOO_MANY_SOCKETS
     */
    public S connect(String... endpoints) {
        return open(PlainSocket::connect, endpoints);
    }

    private S open(BiConsumer<S, String> act, String... endpoints) {
        S socket = opener.apply(settings);
        try {
            for (String endpoint : endpoints) {
                act.accept(socket, endpoint);
            }
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
