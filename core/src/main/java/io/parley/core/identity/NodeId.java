package io.parley.core.identity;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * The identity of a node: 16 bytes, compared as an unsigned number. Its text form is base64url without padding, 22
 * characters.
 *
 * @param high the first 8 bytes, big endian
 * @param low the last 8 bytes, big endian
 */
public record NodeId(long high, long low) implements Comparable<NodeId> {
    /** The length of an id in bytes. */
    public static final int BYTES = 16;

    /**
     * Reads the text form.
     *
     * @throws ParleyException INVALID_ARGUMENT when the text is not 22 characters of base64url
     */
    public static NodeId parse(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed(text);
        }
        if (bytes.length != BYTES) {
            throw malformed(text);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new NodeId(buffer.getLong(), buffer.getLong());
    }

    private static ParleyException malformed(String text) {
        return new ParleyException(
                ErrorCode.INVALID_ARGUMENT, "node id '" + text + "', expected 22 characters of base64url");
    }

    /** The first 6 characters of the text form: enough to tell nodes apart in a log line, not an identity. */
    public String brief() {
        return toString().substring(0, 6);
    }

    @Override
    public int compareTo(NodeId other) {
        int first = Long.compareUnsigned(high, other.high);
        return first != 0 ? first : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
