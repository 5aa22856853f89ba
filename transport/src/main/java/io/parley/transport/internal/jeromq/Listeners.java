package io.parley.transport.internal.jeromq;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

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
            throw reason(endpoint, address);
        }
        Endpoint at = endpoint.withPort(port);
        bound.add(at);
        return at;
    }

    /** JeroMQ says ADDRINUSE whatever it was, so the system is asked again. */
    private static ParleyException reason(Endpoint endpoint, InetSocketAddress address) {
        String anyPort = refusal(address.getAddress(), 0);
        if (!anyPort.isEmpty()) {
            return NumericAddress.unusable(endpoint, "not an address of this host: " + anyPort);
        }
        String thisPort = refusal(address.getAddress(), address.getPort());
        if (thisPort.toLowerCase(Locale.ROOT).contains("permission")) {
            return NumericAddress.unusable(endpoint, thisPort);
        }
        return new ParleyException(
                ErrorCode.ADDRESS_IN_USE,
                "address " + endpoint + " is in use; choose another port, or 0 for any that is free");
    }

    private static String refusal(InetAddress host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
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
