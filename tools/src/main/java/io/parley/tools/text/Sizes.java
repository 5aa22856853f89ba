package io.parley.tools.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes as the command line has them: {@code 64}, {@code 64KiB}, {@code 16MiB}. */
public final class Sizes {
    /** The largest in bytes: what an array can have. */
    public static final int LARGEST = 1 << 30;

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,10})(KiB|MiB|GiB)?");

    private Sizes() {}

    /**
     * Reads a number with a unit: KiB, MiB or GiB. A bare number is bytes.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    public static int parse(String text) {
        long bytes = parseLong(text);
        if (bytes > LARGEST) {
            throw new IllegalArgumentException("'" + text + "' is too large; expected at most " + LARGEST + " bytes");
        }
        return (int) bytes;
    }

    /**
     * The same, of what need not fit into an array.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    public static long parseLong(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no size; expected for example 64, 64KiB or 16MiB");
        }
        long number = Long.parseLong(matcher.group(1));
        long unit = unit(matcher.group(2) == null ? "" : matcher.group(2));
        if (number > Long.MAX_VALUE / unit) {
            throw new IllegalArgumentException("'" + text + "' is too large");
        }
        return number * unit;
    }

    private static long unit(String name) {
        return switch (name) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> 1;
        };
    }
}
