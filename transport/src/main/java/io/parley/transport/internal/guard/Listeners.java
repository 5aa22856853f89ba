package io.parley.transport.internal.guard;

import io.parley.core.identity.Endpoint;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Where a socket listens, also after it was made anew. Belongs to the thread that owns the socket. */
public final class Listeners {
    private final List<Endpoint> bound = new ArrayList<>();

    /** After the context was made anew, what must still be bound again. */
    private final Deque<Endpoint> lost = new ArrayDeque<>();

    /** Listens, and says with which port. */
    public Endpoint bind(Endpoint endpoint, GuardedSocket socket) {
        InetSocketAddress address = NumericAddress.toBind(endpoint);
        int port = socket.bind(NumericAddress.canonical(address));
        if (port < 0) {
            throw Refusal.of(endpoint);
        }
        Endpoint at = endpoint.withPort(port);
        bound.add(at);
        return at;
    }

    /** Listens there already. */
    public Endpoint add(Endpoint endpoint) {
        bound.add(endpoint);
        return endpoint;
    }

    /** Where it listens. */
    public List<Endpoint> endpoints() {
        return List.copyOf(bound);
    }

    /** The sockets are gone. */
    public void lose() {
        lost.clear();
        lost.addAll(bound);
    }

    /** Whether something must still be bound again. */
    public boolean isLosing() {
        return !lost.isEmpty();
    }

    /** Tries each of the lost ones once. The system may take a few milliseconds to let go of a port. */
    public void recover(GuardedSocket socket) {
        lost.removeIf(endpoint -> socket.bind(NumericAddress.canonical(NumericAddress.toBind(endpoint))) > 0);
    }
}
