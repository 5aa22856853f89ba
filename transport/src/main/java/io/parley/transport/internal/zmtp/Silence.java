package io.parley.transport.internal.zmtp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The peers that asked, with the time to live of a PING (RFC 37, "Connection Heartbeating"), to be cut off when nothing comes
 * from them. Silence counts only while we listen: after a pause of our own their time begins anew.
 */
final class Silence {
    private static final long NANOS_PER_TENTH = 100_000_000L;
    /** A longer pause between two rounds is our own lateness. */
    private static final long OWN_PAUSE = 500_000_000L;

    private final Map<Connection, Patience> patience = new LinkedHashMap<>();
    private long lastCheck;

    private static final class Patience {
        private long nanos;
        private long heard;
    }

    /** A PING came. */
    void expires(Connection connection, int tenths, long now) {
        if (tenths == 0) {
            patience.remove(connection);
            return;
        }
        if (patience.isEmpty()) {
            lastCheck = now;
        }
        Patience entry = patience.computeIfAbsent(connection, any -> new Patience());
        entry.nanos = tenths * NANOS_PER_TENTH;
        entry.heard = now;
    }

    /** When to look again. */
    long deadline(long now) {
        return patience.isEmpty() ? now + Long.MAX_VALUE / 2 : lastCheck + NANOS_PER_TENTH;
    }

    /** Those that were silent for too long. Called after the sockets were read. */
    List<Connection> judge(long now) {
        if (patience.isEmpty() || now - lastCheck < NANOS_PER_TENTH) {
            return List.of();
        }
        boolean paused = now - lastCheck > OWN_PAUSE;
        lastCheck = now;
        patience.keySet().removeIf(connection -> !connection.isOpen());
        List<Connection> silent = new ArrayList<>();
        patience.forEach((connection, entry) -> {
            if (paused || connection.hasRead()) {
                entry.heard = now;
            } else if (now - entry.heard > entry.nanos) {
                silent.add(connection);
            }
        });
        return silent;
    }
}
