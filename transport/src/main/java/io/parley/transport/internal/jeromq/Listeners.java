package io.parley.transport.internal.jeromq;

import io.parley.core.identity.Endpoint;
import io.parley.transport.internal.guard.NumericAddress;
import io.parley.transport.internal.guard.Refusal;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Where this transport listens. Belongs to the loop. */
final class Listeners {
    private final List<Endpoint> bound = new ArrayList<>();

    /** After the context was made anew, what must still be bound again. */
    private final Deque<Endpoint> lost = new ArrayDeque<>();

    /** Listens, and says with which port. */
    Endpoint bind(Endpoint endpoint, RouterSocket socket) {
        InetSocketAddress address = NumericAddress.toBind(endpoint);
        int port = socket.bind(NumericAddress.canonical(address));
        if (port < 0) {
            throw Refusal.of(endpoint);
        }
        Endpoint at = endpoint.withPort(port);
        bound.add(at);
        return at;
    }

    /** The sockets are gone. */
    void lose() {
        lost.clear();
        lost.addAll(bound);
    }

    /** Whether something must still be bound again. */
    boolean isLosing() {
        return !lost.isEmpty();
    }

    /** Tries each of the lost ones once. The system may take a few milliseconds to let go of a port. */
    void recover(RouterSocket socket) {
        lost.removeIf(endpoint -> socket.bind(NumericAddress.canonical(NumericAddress.toBind(endpoint))) > 0);
    }
}
