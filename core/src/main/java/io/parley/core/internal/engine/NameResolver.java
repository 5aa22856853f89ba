package io.parley.core.internal.engine;

import io.parley.core.identity.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Looks up the names of hosts, which may wait for a server: never on the loop. */
final class NameResolver {
    private NameResolver() {}

    /** Whether an endpoint needs no look-up. */
    static boolean isNumeric(Endpoint endpoint) {
        if (!endpoint.scheme().equals("tcp")) {
            return true;
        }
        String host = endpoint.host();
        return host.indexOf(':') >= 0
                || !host.isEmpty() && host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
    }

    /** The endpoint with a numeric host; null when the name is not known. */
    static @Nullable Endpoint resolve(Endpoint endpoint) {
        try {
            return endpoint.withHost(InetAddress.getByName(endpoint.host()).getHostAddress());
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
