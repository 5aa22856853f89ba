package io.parley.reliability.internal.journal;

import java.time.Duration;

/**
 * How much of a log is kept whoever has read it, in whole files.
 *
 * @param bytes the most room that files take
 * @param age the longest that messages are kept
 * @param count the most messages that are kept
 */
public record Retention(long bytes, Duration age, long count) {
    /** Nothing goes for its own sake. */
    public static final Retention NONE =
            new Retention(Long.MAX_VALUE, Duration.ofMillis(Long.MAX_VALUE), Long.MAX_VALUE);

    /** Below which time a message is too old. */
    long oldest(long nowMillis) {
        long millis = age.toMillis();
        return millis > nowMillis ? Long.MIN_VALUE : nowMillis - millis;
    }
}
