package io.parley.transport.internal.guard;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;

/** Why an address could not be listened on. */
public final class Refusal {
    private Refusal() {}

    /** JeroMQ says ADDRINUSE whatever it was, so the system is asked again. */
    public static ParleyException of(Endpoint endpoint) {
        InetSocketAddress address = NumericAddress.toBind(endpoint);
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
}
