package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How often a message that fails is tried again, and after which pause: the first, doubled each time up to the longest,
 * with 20 % of chance either way.
 *
 * @param maxAttempts failures of the handler after which the message is dead
 * @param maxDeaths holders that died while it ran after which the message is dead; queues only
 * @param firstPause before the second attempt
 * @param longestPause limit of the doubling
 */
public record RetryPolicy(int maxAttempts, int maxDeaths, Duration firstPause, Duration longestPause) {
    /** Five attempts, five deaths, 1 s doubling to 5 min. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(5, 5, Duration.ofSeconds(1), Duration.ofMinutes(5));

    public RetryPolicy {
        if (maxAttempts < 1 || maxDeaths < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "maxAttempts=" + maxAttempts + " maxDeaths=" + maxDeaths + " firstPause=" + firstPause
                            + " longestPause=" + longestPause
                            + ", expected counts >= 1 and 0 <= firstPause <= longestPause");
        }
    }

    /** The pause after this many failures, before chance, in nanoseconds. */
    public long pauseNanos(int failures) {
        // far below the limit: neither the doubling nor a deadline made of it may overflow
        long longest = Math.min(Long.MAX_VALUE / 4, TimeUnit.NANOSECONDS.convert(longestPause));
        long pause = Math.min(longest, TimeUnit.NANOSECONDS.convert(firstPause));
        for (int i = 1; i < failures && pause < longest; i++) {
            pause *= 2;
        }
        return Math.min(pause, longest);
    }
}
