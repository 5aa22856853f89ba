package io.parley.transport.internal.zmtp;

import io.parley.core.spi.TransportTrouble;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What happens when too many frames are begun and not finished ({@link ReadBuffers#MAX_BEGUN}): connections that have begun
 * none are not read until others finish theirs, and whoever does not go on with his is cut off.
 */
final class Crowd {
    private static final long CHECK_NANOS = 100_000_000L;
    /** How many checks without a byte a connection that is in the way survives: half a second, others starve meanwhile. */
    private static final int PATIENCE = 5;

    private final ReadBuffers buffers;
    private final Set<Connection> waiting = new LinkedHashSet<>();
    private long nextCheck;
    private int checks;

    Crowd(ReadBuffers buffers) {
        this.buffers = buffers;
    }

    /** Whether this connection may be read now; if not, it waits. */
    boolean admits(Connection connection, long now) {
        if (!buffers.isCrowded() || !connection.isUp() || connection.in().hasBegun()) {
            return true;
        }
        if (waiting.isEmpty()) {
            nextCheck = now + CHECK_NANOS;
            checks = 0;
        }
        if (waiting.add(connection)) {
            connection.pauseReading();
        }
        return false;
    }

    /** When to look again. */
    long deadline(long now) {
        return waiting.isEmpty() ? now + Long.MAX_VALUE / 2 : nextCheck;
    }

    /** Lets those who wait go on, or ends those for whom they wait. Called after the sockets were read. */
    void judge(long now, Connections connections) {
        if (waiting.isEmpty() || now - nextCheck < 0) {
            return;
        }
        nextCheck = now + CHECK_NANOS;
        checks++;
        if (!buffers.isCrowded()) {
            for (Connection connection : waiting) {
                if (connection.isOpen()) {
                    connection.resumeReading();
                }
            }
            waiting.clear();
        } else if (checks % PATIENCE == 0) {
            for (Connection connection : connections.list()) {
                if (connection.in().isStalled()) {
                    connections.end(connection, "a frame that is not finished", TransportTrouble.PROTOCOL_ERROR);
                }
            }
        }
    }
}
