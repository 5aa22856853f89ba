package io.parley.tools.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes durations as the command line has them: {@code 250ms}, {@code 10s}, {@code 1.5}. */
public final class Durations {
    /** The longest: a hundred years, which every clock of the JVM can add. */
    public static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)(us|ms|s|m|h|d)?");

    private Durations() {}

    /**
     * Reads a number with a unit: us, ms, s, m, h or d. A bare number is seconds.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    public static Duration parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no duration; expected for example 250ms, 10s or 2m");
        }
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosOf(unit)));
        if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is too long; expected at most " + LONGEST.toDays() + "d");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 86_400_000_000_000L;
            default -> 1_000_000_000;
        };
    }

    /** Writes a duration for people: {@code 250 ms}, {@code 12.4 s}. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        long tenths = Math.round(millis / 100.0);
        return tenths % 10 == 0 ? tenths / 10 + " s" : tenths / 10 + "." + tenths % 10 + " s";
    }
}
