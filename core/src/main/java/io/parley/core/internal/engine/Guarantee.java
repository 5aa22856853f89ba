package io.parley.core.internal.engine;

import io.parley.core.channel.Flush;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.log.Journaled;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The rows of the table of guarantees, docs/guarantees.md: which one holds. */
final class Guarantee {
    private Guarantee() {}

    /**
     * The row that holds for a channel, in a sentence.
     *
     * @param journaled its journal, at its sender; null where there is none
     */
    static String of(Kind kind, Mode mode, @Nullable Journaled journaled) {
        String row = title(kind, mode);
        return switch (mode) {
            case BEST_EFFORT ->
                row + "at most once; while the sender lives, every message that is not delivered is counted and told";
            case RELIABLE ->
                row
                        + (kind == Kind.QUEUE
                                ? "at least once while the sender lives; a message whose worker dies goes to another one"
                                : "at least once while the sender lives, nothing twice to the same process");
            case DURABLE -> row + durable(journaled);
        };
    }

    /** What holds where none of those that offer a channel fits its readers here. */
    static String none(Kind kind, Mode mode) {
        return title(kind, mode) + "none at the moment, nothing flows: nobody who offers it fits";
    }

    private static String title(Kind kind, Mode mode) {
        return mode + " " + kind.name().toLowerCase(Locale.ROOT) + ": ";
    }

    private static String durable(@Nullable Journaled journaled) {
        if (journaled != null && journaled.failure() != null) {
            return "none for new messages, of which none is taken; what was visible is at least once, while this sender"
                    + " lives, and across crashes as far as it was forced";
        }
        String all = "at least once across crashes of either side, nothing twice to the same process";
        if (journaled == null) {
            return all + "; whether a power cut at the sender takes something back, its node says";
        }
        Flush flush = journaled.flush();
        if (flush.beforeVisible()) {
            return all + "; a power cut takes back nothing that was confirmed or seen";
        }
        return all
                + (flush.equals(Flush.OS)
                        ? "; a power cut at this host takes back what the system had not yet written"
                        : "; a power cut at this host takes back at most what was written in the last "
                                + millis(flush));
    }

    /** What it is called: ALWAYS, EVERY and a time, or OS. */
    static String name(Flush flush) {
        if (flush.beforeVisible()) {
            return "ALWAYS";
        }
        return flush.equals(Flush.OS) ? "OS" : "EVERY " + millis(flush);
    }

    private static String millis(Flush flush) {
        return TimeUnit.MILLISECONDS.convert(flush.every()) + " ms";
    }
}
