package io.parley.core.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;

/**
 * What a channel is at its sender.
 *
 * @param id kind and name
 * @param mode what it promises
 * @param schema what its payloads are
 * @param capacity the most bytes of its log
 * @param overflow what an append does when the log is full
 * @param laggards what happens to readers of a RELIABLE topic that hold up the log
 * @param retry of messages that fail; queues only
 * @param lease how long a member of a queue holds a message unless it renews
 */
public record ChannelSettings(
        ChannelId id,
        Mode mode,
        Schema schema,
        long capacity,
        Overflow overflow,
        Laggards laggards,
        RetryPolicy retry,
        Duration lease) {
    /** The default of {@link #lease}. */
    public static final Duration LEASE = Duration.ofSeconds(30);

    /**
     * What payloads are.
     *
     * @param codec the codec's name
     * @param fingerprint its schema's
     */
    public record Schema(String codec, long fingerprint) {
        /** The longest name of a codec, in bytes of UTF-8. */
        public static final int MAX_CODEC = 100;

        public Schema {
            // peers end the link over a longer one
            if (codec.isEmpty() || codec.getBytes(UTF_8).length > MAX_CODEC) {
                throw new ParleyException(
                        ErrorCode.INVALID_ARGUMENT,
                        "codec name '" + codec + "', expected 1 to " + MAX_CODEC + " bytes of UTF-8");
            }
        }
    }
}
