package io.parley.transport.internal.zmtp;

import io.parley.core.spi.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of connections that shall lose nothing that was taken. A socket that is closed with unread bytes resets the
 * connection, and what the kernel had not yet sent is lost: so each is written out, shut down for writing, and read until the
 * other side closes too.
 */
final class LastWrites {
    /** How long to wait for the other sides once all is written: one that is stuck shall not cost the whole linger. */
    private static final long FAREWELL_NANOS = 250_000_000L;

    private final Poller poller;
    private final Clock clock;
    private final ByteBuffer waste = ByteBuffer.allocate(1 << 14);
    private final List<Connection> writing = new ArrayList<>();
    private final List<Connection> leaving = new ArrayList<>();

    LastWrites(Poller poller, Clock clock) {
        this.poller = poller;
        this.clock = clock;
    }

    /** Writes for at most so long. */
    void run(List<Connection> connections, long lingerNanos) throws IOException {
        connections.stream().filter(Connection::isUp).forEach(writing::add);
        long start = clock.nanos();
        long end = start + lingerNanos;
        boolean farewell = false;
        while (true) {
            writing.removeIf(connection -> step(connection) != Step.WRITING);
            leaving.removeIf(connection -> !discard(connection));
            long now = clock.nanos();
            if (writing.isEmpty() && !farewell) {
                farewell = true;
                end = end - now > FAREWELL_NANOS ? now + FAREWELL_NANOS : end;
            }
            if (end - now <= 0 || writing.isEmpty() && leaving.isEmpty()) {
                return;
            }
            // An interrupt would end each wait at once; the caller puts the flag back.
            interrupted |= Thread.interrupted();
            poller.select(end - now);
        }
    }

    private enum Step {
        WRITING,
        LEAVING,
        GONE
    }

    private boolean interrupted;

    /** Whether the thread was interrupted meanwhile; the flag was taken away. */
    boolean wasInterrupted() {
        return interrupted;
    }

    private Step step(Connection connection) {
        try {
            if (connection.broken() != null || !discard(connection)) {
                return Step.GONE;
            }
            if (!connection.flush()) {
                return Step.WRITING;
            }
            connection.channel().shutdownOutput();
            leaving.add(connection);
            return Step.LEAVING;
        } catch (IOException e) {
            return Step.GONE;
        }
    }

    /** Reads what nobody wants any more; false when nothing can come. */
    private boolean discard(Connection connection) {
        try {
            int count;
            do {
                count = connection.channel().read(waste.clear());
            } while (count == waste.capacity());
            return count >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
