package io.parley.core.identity;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses that begin with the same bits, as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param base an address of it, numeric
 * @param bits how many bits are the same
 */
public record Subnet(String base, int bits) {
    public Subnet {
        int length = bytes(base).length * 8;
        if (bits < 0 || bits > length) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "network '" + base + "/" + bits + "', expected at most " + length + " bits");
        }
    }

    /**
     * Reads the text form; an address without bits is that address alone. Never asks a name server.
     *
     * @throws ParleyException INVALID_ARGUMENT that says what was expected
     */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        String base = slash < 0 ? text : text.substring(0, slash);
        try {
            int bits = slash < 0 ? bytes(base).length * 8 : Integer.parseInt(text.substring(slash + 1));
            return new Subnet(base, bits);
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    /** Whether the host, which must be numeric, is one of these addresses; a name never is. */
    public boolean contains(String host) {
        if (!isNumeric(host)) {
            return false;
        }
        byte[] mine = bytes(base);
        byte[] other = bytes(host);
        if (mine.length != other.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i & 7);
            if (((mine[i >> 3] ^ other[i >> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumeric(String host) {
        return host.indexOf(':') >= 0
                ? host.chars().allMatch(c -> c == ':' || c == '.' || c == '%' || Character.digit(c, 16) >= 0)
                : !host.isEmpty() && host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
    }

    private static byte[] bytes(String host) {
        if (!isNumeric(host)) {
            throw malformed(host);
        }
        try {
            return InetAddress.getByName(host).getAddress(); // numeric: no look-up
        } catch (UnknownHostException e) {
            throw malformed(host);
        }
    }

    private static ParleyException malformed(String text) {
        return new ParleyException(
                ErrorCode.INVALID_ARGUMENT, "network '" + text + "', expected ADDRESS/BITS, for example 10.0.0.0/8");
    }

    @Override
    public String toString() {
        return base + "/" + bits;
    }
}
