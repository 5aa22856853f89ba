package io.parley.core.identity;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;

/**
 * An address that a node listens on or dials: {@code tcp://HOST:PORT}. To listen, HOST may be {@code *} (every
 * interface) and PORT may be 0 or {@code *} (any free port). IPv6 addresses stand in brackets.
 *
 * @param scheme {@code tcp}, or what else the transport offers
 * @param host a name, a numeric address without brackets, or {@code *}
 * @param port 0 to 65535
 */
public record Endpoint(String scheme, String host, int port) {

    /**
     * Reads the text form.
     *
     * @throws ParleyException INVALID_ARGUMENT that says what was expected
     */
    public static Endpoint parse(String text) {
        int mark = text.indexOf("://");
        if (mark <= 0) {
            throw malformed(text);
        }
        String scheme = text.substring(0, mark);
        String rest = text.substring(mark + 3);
        if (scheme.equals("ipc")) {
            if (rest.isEmpty()) {
                throw malformed(text);
            }
            return new Endpoint(scheme, rest, 0);
        }
        int colon = rest.lastIndexOf(':');
        if (colon <= 0) {
            throw malformed(text);
        }
        String host = rest.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw malformed(text);
        }
        if (host.isEmpty()) {
            throw malformed(text);
        }
        return new Endpoint(scheme, host, port(text, rest.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        if (digits.equals("*")) {
            return 0;
        }
        // parseInt would take a sign, and the digits of every script
        if (!digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int port = Integer.parseInt(digits);
            if (port <= 65_535) {
                return port;
            }
        }
        throw malformed(text);
    }

    private static ParleyException malformed(String text) {
        return new ParleyException(
                ErrorCode.INVALID_ARGUMENT,
                "address '" + text
                        + "', expected tcp://HOST:PORT, for example tcp://10.0.0.5:7700 or tcp://[::1]:7700");
    }

    /** Whether this names every interface instead of one. */
    public boolean isWildcard() {
        return host.equals("*") || host.equals("0.0.0.0") || host.equals("::");
    }

    /** The same endpoint with another host. */
    public Endpoint withHost(String other) {
        return new Endpoint(scheme, other, port);
    }

    /** The same endpoint with another port. */
    public Endpoint withPort(int other) {
        return new Endpoint(scheme, host, other);
    }

    @Override
    public String toString() {
        if (scheme.equals("ipc")) {
            return scheme + "://" + host;
        }
        return scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
