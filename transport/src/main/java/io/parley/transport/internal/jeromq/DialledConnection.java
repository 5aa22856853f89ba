package io.parley.transport.internal.jeromq;

import io.parley.core.identity.Endpoint;
import io.parley.transport.internal.guard.NumericAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection that this side opens. It has a routing id of its own: one that is used again by the next dial leads
 * JeroMQ to a pipe that is already gone.
 *
 * <pre>
 * WAITING ──its turn──▶ CONNECTING ──greeting complete──▶ UP ──connection broke──▶ BREAKING ──drained──▶ GONE
 *    │                       │ └──refused──▶ GONE          └──dropped──▶ GONE
 *    └──given up──▶ GONE     └──given up, failed──▶ GIVEN_UP ──JeroMQ let go──▶ GONE
 * </pre>
 */
final class DialledConnection {
    /** Where it stands. */
    enum Phase {
        WAITING,
        CONNECTING,
        GIVEN_UP,
        UP,
        BREAKING,
        GONE
    }

    /** Whether the other side's greeting has come. */
    enum Greeting {
        AWAITED,
        COMPLETE
    }

    final Endpoint endpoint;
    final InetSocketAddress address;

    /** As JeroMQ's events name it. */
    final String canonical;

    final String id;
    final long deadline;

    Phase phase = Phase.WAITING;
    Greeting greeting = Greeting.AWAITED;

    /** Makes its name unique among the connections to the same address, see {@link NumericAddress#alias}. */
    int zeros;

    @Nullable SocketChannel channel;

    /** A channel that was told to be lost before it was told to be this connection's. */
    @Nullable SocketChannel lostEarly;

    long connectedAt;
    int pushes;

    /** When it was given up, or broke. */
    long endedAt;

    @Nullable JeromqLink link;

    DialledConnection(Endpoint endpoint, InetSocketAddress address, long number, long deadline) {
        this.endpoint = endpoint;
        this.address = address;
        this.canonical = NumericAddress.canonical(address);
        this.id = "dial-" + number;
        this.deadline = deadline;
    }

    String alias() {
        return NumericAddress.alias(address, zeros);
    }

    byte[] routingId() {
        return id.getBytes(StandardCharsets.US_ASCII);
    }

    String remoteAddress() {
        return NumericAddress.hostAndPort(address);
    }

    boolean isClosed() {
        SocketChannel open = channel;
        return open != null && !open.isOpen();
    }
}
