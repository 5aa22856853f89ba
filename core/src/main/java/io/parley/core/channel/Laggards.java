package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;

/**
 * What a sender does with a reader of a RELIABLE or DURABLE topic that holds up a full log. A durable reader holds it up only
 * while its node is there, and its place is kept whatever becomes of its messages.
 *
 * @param maxLag how long it may make no progress while the log is crowded before it is not waited for any more
 * @param keep whether it is kept for ever instead
 */
public record Laggards(Duration maxLag, Keep keep) {
    /** Whether laggards stay. */
    public enum Keep {
        NEVER,
        ALWAYS
    }

    /** Evicts after 30 s. */
    public static final Laggards DEFAULT = evictAfter(Duration.ofSeconds(30));

    public Laggards {
        if (maxLag.isNegative()) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "maxLag=" + maxLag + ", expected >= 0");
        }
    }

    /** Evict it after so long without progress; it is told by a GAP. */
    public static Laggards evictAfter(Duration maxLag) {
        return new Laggards(maxLag, Keep.NEVER);
    }

    /** Never evict: a reader that stands still stops the senders once the log is full. */
    public static Laggards keepAlways() {
        return new Laggards(Duration.ZERO, Keep.ALWAYS);
    }
}
