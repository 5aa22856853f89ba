package io.parley.discovery.internal.mdns;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Subnet;
import java.util.List;

/**
 * How mDNS is used.
 *
 * @param interfaces names or addresses; empty for all
 * @param type of the service, without domain
 * @param allowed networks whose addresses are taken although no interface is on them
 */
public record MdnsSettings(List<String> interfaces, String type, List<Subnet> allowed) {
    public MdnsSettings {
        interfaces = List.copyOf(interfaces);
        allowed = List.copyOf(allowed);
        if (!type.matches("_[A-Za-z0-9][A-Za-z0-9-]{1,14}\\._tcp")) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "type '" + type + "', expected _NAME._tcp with a name of 2 to 15 letters, digits and hyphens");
        }
    }

    String qualifiedType() {
        return type + ".local.";
    }
}
