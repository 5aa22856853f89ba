package io.parley.transport.plain;

import io.parley.core.identity.Endpoint;
import io.parley.transport.internal.plain.NativeSocket;
import java.time.Duration;
import java.util.List;

/**
 * A native ZeroMQ socket of a node. Thread-safe. It lives until it or its node is closed. What it sends and receives is best
 * effort: at most once, and nobody is told of what is lost with a connection.
 */
public class PlainSocket implements AutoCloseable {
    private final NativeSocket socket;
    private final Runnable onClose;

    PlainSocket(NativeSocket socket, Runnable onClose) {
        this.socket = socket;
        this.onClose = onClose;
    }

    final NativeSocket socket() {
        return socket;
    }

    /**
     * Listens at one more address, for example {@code tcp://*:5556}; port 0 or {@code *} is any that is free. May wait for a
     * name to be resolved.
     *
     * @return where, with the port that was chosen
     * @throws io.parley.core.error.ParleyException ADDRESS_IN_USE, ADDRESS_UNUSABLE (also for {@code ipc://}, which JeroMQ has
     *     not), INVALID_ARGUMENT, CLOSED, INTERRUPTED
     */
    public final Endpoint bind(String endpoint) {
        return socket.bind(Endpoint.parse(endpoint));
    }

    /**
     * Connects to one more address, now and again whenever the connection is gone. Does not wait for the other side to be
     * there, but perhaps for its name to be resolved, which is done once.
     *
     * @throws io.parley.core.error.ParleyException ADDRESS_UNUSABLE, INVALID_ARGUMENT, CLOSED, INTERRUPTED
     */
    public final void connect(String endpoint) {
        socket.connect(Endpoint.parse(endpoint));
    }

    /** Where it listens. */
    public final List<Endpoint> endpoints() {
        return socket.endpoints();
    }

    /** How many connections are open; one that was accepted counts before it has greeted. */
    public final int connections() {
        return socket.census().connections();
    }

    /**
     * Waits until so many connections are open.
     *
     * @throws io.parley.core.error.ParleyException TIMEOUT, CLOSED, INTERRUPTED
     */
    public final void awaitConnections(int count, Duration timeout) {
        socket.await(socket.census()::connections, count, timeout, "connections");
    }

    /** What it did so far. */
    public final PlainStats stats() {
        long[] counters = socket.counters();
        return new PlainStats(counters[0], counters[1], counters[2], counters[3], counters[4]);
    }

    /**
     * Takes nothing more, gives what waits to ZeroMQ, and ends, within the node's linger; ZeroMQ has what is left of that to
     * write it. An interrupt of the thread is kept for later. Idempotent.
     */
    @Override
    public final void close() {
        long end = socket.closeBy();
        if (!socket.isClosed()) {
            onClose.run();
        }
        socket.close(end);
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    /**
     * Counters of a socket.
     *
     * @param sent messages that ZeroMQ took for a connection, or, of a PUB, for those who want it
     * @param received messages that came
     * @param dropped messages that were dropped here: for a routing id that is gone, or with CURVE when the handler is too slow
     * @param failed messages that could not be decoded or handled
     * @param waitingBytes what waits here to be sent or handled
     */
    public record PlainStats(long sent, long received, long dropped, long failed, long waitingBytes) {}
}
