package io.parley.transport.internal.guard;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses as JeroMQ wants them: numeric, because it would resolve names in its I/O thread. */
public final class NumericAddress {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);

    private NumericAddress() {}

    /** The address to dial. */
    public static InetSocketAddress toDial(Endpoint endpoint) {
        InetAddress host = host(endpoint);
        if (host.isAnyLocalAddress() || endpoint.port() == 0) {
            throw unusable(endpoint, "expected the address and port of one host");
        }
        return new InetSocketAddress(host, endpoint.port());
    }

    /** The address to bind. */
    public static InetSocketAddress toBind(Endpoint endpoint) {
        return new InetSocketAddress(host(endpoint), endpoint.port());
    }

    /** As JeroMQ's events name it. */
    public static String canonical(InetSocketAddress address) {
        return text(address, Integer.toString(address.getPort()));
    }

    /** The same with leading zeros before the port: another name for the same address. */
    public static String alias(InetSocketAddress address, int zeros) {
        return text(address, "0".repeat(zeros) + address.getPort());
    }

    /** {@code host:port}, as in the text of an endpoint. */
    public static String hostAndPort(InetSocketAddress address) {
        return canonical(address).substring("tcp://".length());
    }

    private static String text(InetSocketAddress address, String port) {
        String host = address.getAddress().getHostAddress();
        return "tcp://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static InetAddress host(Endpoint endpoint) {
        if (endpoint.scheme().equals("ipc")) {
            throw unusable(
                    endpoint,
                    "JeroMQ has no ipc: behind it is a TCP port that every local user reaches and no other ZeroMQ"
                            + " finds; use tcp://127.0.0.1:*");
        }
        if (!endpoint.scheme().equals("tcp")) {
            throw unusable(endpoint, "expected tcp://HOST:PORT");
        }
        String host = endpoint.host().equals("*") ? "0.0.0.0" : endpoint.host();
        if (!IPV4.matcher(host).matches() && host.indexOf(':') < 0) {
            throw unusable(endpoint, "'" + host + "' is a name, expected a numeric address; resolve it first");
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw unusable(endpoint, "'" + host + "' is not an address of IPv4 or IPv6");
        }
    }

    /** What to throw for an address that cannot be used. */
    public static ParleyException unusable(Endpoint endpoint, String why) {
        return new ParleyException(ErrorCode.ADDRESS_UNUSABLE, "address " + endpoint + ": " + why);
    }
}
