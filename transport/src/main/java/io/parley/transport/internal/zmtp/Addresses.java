package io.parley.transport.internal.zmtp;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From endpoints to the addresses of sockets, without asking any name service, and back to text. */
final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    private Addresses() {}

    /**
     * The address of an endpoint with the scheme {@code tcp} or {@code ipc}.
     *
     * @throws ParleyException ADDRESS_UNUSABLE
     */
    static SocketAddress of(Endpoint endpoint) {
        if (isFile(endpoint)) {
            try {
                return UnixDomainSocketAddress.of(endpoint.host());
            } catch (InvalidPathException e) {
                throw new ParleyException(
                        ErrorCode.ADDRESS_UNUSABLE,
                        "address '" + endpoint + "': no path of a file: " + e.getReason(),
                        e);
            }
        }
        if (!endpoint.scheme().equals("tcp")) {
            throw new ParleyException(
                    ErrorCode.ADDRESS_UNUSABLE, "address '" + endpoint + "', expected tcp://HOST:PORT or ipc://PATH");
        }
        if (endpoint.host().equals("*")) {
            return new InetSocketAddress(endpoint.port());
        }
        return new InetSocketAddress(numeric(endpoint), endpoint.port());
    }

    private static InetAddress numeric(Endpoint endpoint) {
        String host = endpoint.host();
        try {
            // What holds a colon is never looked up, it is numeric or refused.
            if (host.indexOf(':') >= 0) {
                return InetAddress.getByName(host);
            }
            Matcher matcher = IPV4.matcher(host);
            if (matcher.matches()) {
                byte[] bytes = new byte[4];
                boolean fits = true;
                for (int i = 0; i < 4; i++) {
                    int value = Integer.parseInt(matcher.group(i + 1));
                    fits &= value <= 255;
                    bytes[i] = (byte) value;
                }
                if (fits) {
                    return InetAddress.getByAddress(bytes);
                }
            }
        } catch (UnknownHostException e) {
            throw new ParleyException(ErrorCode.ADDRESS_UNUSABLE, notNumeric(endpoint), e);
        }
        throw new ParleyException(ErrorCode.ADDRESS_UNUSABLE, notNumeric(endpoint));
    }

    private static String notNumeric(Endpoint endpoint) {
        return "address '" + endpoint + "': expected a numeric host; resolve names before";
    }

    /** Whether this is a socket in the file system. */
    static boolean isFile(Endpoint endpoint) {
        return endpoint.scheme().equals("ipc");
    }

    /** The numeric form of a peer's address. */
    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return "ipc:" + address;
    }
}
