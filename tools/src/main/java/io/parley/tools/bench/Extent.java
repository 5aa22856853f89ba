package io.parley.tools.bench;

import java.time.Duration;

/**
 * How long a measurement is: so many messages, or two times. Only the sender decides when it begins and
 * ends, and marks those two messages.
 *
 * @param messages how many, the first fifth of which is not measured; 0 when time decides
 * @param warmUpMillis how long nothing is measured, and no less than {@link #LEAST_WARM_UP} messages
 * @param measuredMillis how long it is measured then
 */
public record Extent(long messages, long warmUpMillis, long measuredMillis) {
    /** Fewer do not make the compiler do its best. */
    public static final long LEAST_WARM_UP = 20_000;

    /** So many messages. */
    public static Extent messages(long messages) {
        return new Extent(messages, 0, 0);
    }

    /** So long. */
    public static Extent time(Duration warmUp, Duration measured) {
        return new Extent(0, warmUp.toMillis(), measured.toMillis());
    }

    /** The same with a warm-up that lasts so many times as long; where messages count, as it is. */
    public Extent warmUpTimes(double factor) {
        return new Extent(messages, Math.round(warmUpMillis * factor), measuredMillis);
    }

    /** From {@link #toString}. */
    static Extent parse(String text) {
        String[] parts = text.split(":", -1);
        return new Extent(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    /** As an argument of a side: {@code messages:warmUpMillis:measuredMillis}. */
    @Override
    public String toString() {
        return messages + ":" + warmUpMillis + ":" + measuredMillis;
    }
}
