package io.parley.transport.internal.zmtp;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.core.spi.TransportTrouble;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All connections of a transport: how many there may be, who must have greeted by when, and how they end. */
final class Connections {
    /** From the first step to being up. */
    static final long HANDSHAKE_NANOS = 2_000_000_000L;

    private final Teller teller;
    private final Clock clock;
    private final int max;
    private final Set<Connection> all = new LinkedHashSet<>();
    /** Those that are not up, with their deadlines; the oldest first. */
    private final Map<Connection, Long> greeting = new LinkedHashMap<>();

    Connections(Teller teller, Clock clock, int max) {
        this.teller = teller;
        this.clock = clock;
        this.max = max;
    }

    /** Whether there is room for a dial. */
    boolean hasRoom() {
        return all.size() < max;
    }

    /**
     * Makes room for a connection that was accepted: one that knocked earlier and never greeted has to go. So strangers who
     * only knock keep nobody out.
     *
     * @return whether there is room
     */
    boolean makeRoom() {
        if (hasRoom()) {
            return true;
        }
        for (Connection oldest : greeting.keySet()) {
            if (oldest.dialled() == null) {
                end(oldest, "had not greeted when others knocked", TransportTrouble.TOO_MANY_CONNECTIONS);
                return true;
            }
        }
        return false;
    }

    void add(Connection connection) {
        all.add(connection);
        greeting.put(connection, clock.nanos() + HANDSHAKE_NANOS);
    }

    /** The connection greeted. */
    void up(Connection connection) {
        greeting.remove(connection);
    }

    /** Ends a connection, and has everybody told who should know. */
    void end(Connection connection, String reason, @Nullable TransportTrouble trouble) {
        if (!connection.isOpen()) {
            return;
        }
        boolean wasUp = connection.isUp();
        connection.close();
        all.remove(connection);
        greeting.remove(connection);
        if (trouble != null) {
            teller.trouble(trouble, connection + ": " + reason);
        }
        Endpoint dialled = connection.dialled();
        if (wasUp) {
            teller.linkDown(connection, reason);
        } else if (dialled != null) {
            teller.dialFailed(dialled, reason);
        }
    }

    /** Gives up the dials to an endpoint. */
    void hangUp(Endpoint endpoint) {
        for (Connection connection : new ArrayList<>(greeting.keySet())) {
            if (endpoint.equals(connection.dialled())) {
                end(connection, "hung up", null);
            }
        }
        teller.forget(endpoint);
    }

    /** When the next connection must have greeted, in nanoseconds of the clock; far away when there is none. */
    long deadline(long now) {
        Iterator<Long> deadlines = greeting.values().iterator();
        return deadlines.hasNext() ? deadlines.next() : now + Long.MAX_VALUE / 2;
    }

    /** Ends the connections whose time to greet is over. */
    void judge(long now) {
        while (!greeting.isEmpty()) {
            Map.Entry<Connection, Long> oldest = greeting.entrySet().iterator().next();
            if (oldest.getValue() - now > 0) {
                return;
            }
            Connection connection = oldest.getKey();
            if (connection.isConnecting()) {
                end(connection, "no connection within 2 s", null);
            } else {
                end(connection, "no complete greeting within 2 s", TransportTrouble.HANDSHAKE_TIMEOUT);
            }
        }
    }

    /** All of them, to go through while some end. */
    List<Connection> list() {
        return new ArrayList<>(all);
    }
}
