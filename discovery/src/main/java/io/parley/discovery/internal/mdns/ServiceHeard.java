package io.parley.discovery.internal.mdns;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A service of which all is known.
 *
 * @param name without type and domain
 * @param text gives the value of a key of its TXT record, or null
 * @param addresses of its host
 * @param port of its SRV record
 */
record ServiceHeard(String name, Function<String, @Nullable String> text, List<InetAddress> addresses, int port) {
    ServiceHeard {
        addresses = List.copyOf(addresses);
    }
}
