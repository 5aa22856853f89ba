package io.parley.transport.internal.plain;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a native socket is made with. Checked by who makes it.
 *
 * @param maxMessage the largest message in bytes, all frames together
 * @param maxFrames the most frames of a message
 * @param queueBytes the most bytes that wait to be sent, and the most that wait for the handler
 * @param maxConnections the most connections at once
 * @param curve null for none
 */
public record SocketSettings(
        NativeType type,
        int maxMessage,
        int maxFrames,
        int queueBytes,
        int maxConnections,
        @Nullable Curve curve) {
    /** JeroMQ holds so many bytes of a connection each way, but at least two messages; it counts messages only. */
    private static final int CONNECTION_BYTES = 16 << 20;

    /** The same message in the queues of many subscribers is there once. */
    private static final int PUBLISHED_BYTES = 256 << 20;

    private static final int MOST_MESSAGES = 1_000;
    private static final int CURVE_BYTES = 64;

    /** The keys, in Z85. */
    public sealed interface Curve {
        /** Lets in who has one of these keys. */
        record Server(String secretKey, Set<String> allowed) implements Curve {
            @Override
            public String toString() {
                return "CURVE for " + allowed;
            }
        }

        /** Is let in by who has that key. */
        record Client(String publicKey, String secretKey, String serverKey) implements Curve {
            @Override
            public String toString() {
                return "CURVE as " + publicKey + " to " + serverKey;
            }
        }
    }

    /** The largest frame on the wire: CURVE adds to it, and of a PUB's peers only subscriptions are expected. */
    int largestFrame() {
        if (type == NativeType.PUB) {
            return InboundLimits.FILTER_BYTES;
        }
        return curve == null ? maxMessage : maxMessage + CURVE_BYTES;
    }

    /** How many messages JeroMQ holds for a connection until they are written. */
    int sendMessages() {
        return messages(type == NativeType.PUB ? PUBLISHED_BYTES : CONNECTION_BYTES);
    }

    /**
     * How many messages JeroMQ holds for a connection until they are read; 0 for any number. When as many wait as it may hold,
     * its CURVE hands ciphertext to the reader. So there it may hold any number, is read at once, and what finds no room in our
     * own queue is dropped.
     */
    int receiveMessages() {
        return curve == null ? messages(CONNECTION_BYTES) : 0;
    }

    private int messages(int bytes) {
        return Math.max(2, Math.min(MOST_MESSAGES, bytes / maxMessage));
    }
}
