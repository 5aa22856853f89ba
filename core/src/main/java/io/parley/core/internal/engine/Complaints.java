package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What strangers and clumsy peers can cause as often as they like: a few of each kind are told at once, the rest of a second
 * as one event with their number, so that no log and no listener is flooded. Each is counted. Belongs to the loop.
 */
final class Complaints {
    /** How many of a kind are told at once in a second. */
    static final int TOLD_AT_ONCE = 10;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<NodeEvent> told;
    private final Map<Happening, Kind> kinds = new EnumMap<>(Happening.class);
    private long nextSecond;

    private static final class Kind {
        private int atOnce;
        private long untold;
        private String last = "";
    }

    Complaints(Consumer<NodeEvent> told) {
        this.told = told;
    }

    void add(Happening what, String peer, String detail) {
        Kind kind = kinds.computeIfAbsent(what, any -> new Kind());
        if (kind.atOnce < TOLD_AT_ONCE) {
            kind.atOnce++;
            told.accept(new NodeEvent(what, 1, peer, "", detail));
        } else {
            kind.untold++;
            kind.last = detail;
        }
    }

    /** Tells the rest of a second that is over. */
    void turn(long now) {
        if (!kinds.isEmpty() && now - nextSecond < 0) {
            return;
        }
        nextSecond = now + SECOND; // also while there is nothing: the second begins with the first of a kind
        kinds.forEach((what, kind) -> {
            if (kind.untold > 0) {
                told.accept(new NodeEvent(what, kind.untold, "", "", "more within a second, the last: " + kind.last));
            }
        });
        kinds.clear();
    }
}
