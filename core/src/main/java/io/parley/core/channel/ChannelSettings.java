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
 * @param laggards what happens to readers of a RELIABLE or DURABLE topic that hold up the log
 * @param retry of messages that fail; queues only
 * @param lease how long a member of a queue holds a message unless it renews
 * @param retention how long a DURABLE topic keeps messages, and a DURABLE queue those that it gave up
 */
public record ChannelSettings(
        ChannelId id,
        Mode mode,
        Schema schema,
        long capacity,
        Overflow overflow,
        Laggards laggards,
        RetryPolicy retry,
        Duration lease,
        Retention retention) {
    /** The default of {@link #lease}. */
    public static final Duration LEASE = Duration.ofSeconds(30);
    /** The capacity of a DURABLE channel's log when none is given: 256 MiB. */
    public static final long DURABLE_CAPACITY = 256L << 20;
    /** How long an append waits for room by default. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long MIN_CAPACITY = 256 * 1024;
    private static final Duration MIN_LEASE = Duration.ofMillis(100);
    private static final Duration MAX_LEASE = Duration.ofDays(1);

    /** A channel whose appenders wait for room, with the default of everything else. */
    public static ChannelSettings of(ChannelId id, Mode mode, Schema schema, long capacity) {
        return new ChannelSettings(
                id,
                mode,
                schema,
                capacity,
                Overflow.block(PATIENCE),
                Laggards.DEFAULT,
                RetryPolicy.DEFAULT,
                LEASE,
                Retention.DEFAULT);
    }

    /** The same as DURABLE; with room on disk where it had only that which is the default in memory. */
    public ChannelSettings durable(long inMemory) {
        return withMode(Mode.DURABLE).withCapacity(capacity == inMemory ? DURABLE_CAPACITY : capacity);
    }

    /** The same with another mode. */
    public ChannelSettings withMode(Mode other) {
        return new ChannelSettings(id, other, schema, capacity, overflow, laggards, retry, lease, retention);
    }

    /**
     * The same with another limit for the log.
     *
     * @param bytes at least 256 KiB
     * @throws ParleyException INVALID_ARGUMENT when it is less
     */
    public ChannelSettings withCapacity(long bytes) {
        if (bytes < MIN_CAPACITY) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "capacity=" + bytes + " bytes, expected at least " + MIN_CAPACITY);
        }
        return new ChannelSettings(id, mode, schema, bytes, overflow, laggards, retry, lease, retention);
    }

    /** The same with another policy for a full log. */
    public ChannelSettings withOverflow(Overflow other) {
        return new ChannelSettings(id, mode, schema, capacity, other, laggards, retry, lease, retention);
    }

    /** The same with another policy for readers that hold up the log. */
    public ChannelSettings withLaggards(Laggards other) {
        return new ChannelSettings(id, mode, schema, capacity, overflow, other, retry, lease, retention);
    }

    /** The same with another policy for messages that fail. */
    public ChannelSettings withRetry(RetryPolicy other) {
        return new ChannelSettings(id, mode, schema, capacity, overflow, laggards, other, lease, retention);
    }

    /**
     * The same with another lease.
     *
     * @param other 100 ms to one day
     * @throws ParleyException INVALID_ARGUMENT when it is less, or more
     */
    public ChannelSettings withLease(Duration other) {
        if (other.compareTo(MIN_LEASE) < 0 || other.compareTo(MAX_LEASE) > 0) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "lease=" + other + ", expected " + MIN_LEASE + " to " + MAX_LEASE);
        }
        return new ChannelSettings(id, mode, schema, capacity, overflow, laggards, retry, other, retention);
    }

    /** The same with another retention. */
    public ChannelSettings withRetention(Retention other) {
        return new ChannelSettings(id, mode, schema, capacity, overflow, laggards, retry, lease, other);
    }

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
