package io.parley.transport.internal.jeromq;

import io.parley.core.spi.Link;
import io.parley.transport.internal.guard.AcceptedConnections;
import org.jspecify.annotations.Nullable;
import zmq.Msg;

/**
 * One connection of one of the two ROUTERs, named by its routing id.
 *
 * <pre>
 * UP ──drop, or the connection broke──▶ CLOSING ──linkDown told──▶ DOWN
 * </pre>
 */
final class JeromqLink extends Link {
    /** Whether frames can be sent, and what was told. */
    enum State {
        UP,
        CLOSING,
        DOWN
    }

    final RouterSocket socket;
    final Msg routingId;

    /** How it was dialled; null when it was accepted. */
    final @Nullable DialledConnection dialled;

    /** How it was accepted; null when it was dialled. */
    final AcceptedConnections.@Nullable Entry accepted;

    State state = State.UP;

    /** Small frames that JeroMQ had no room for. */
    final Backlog backlog = new Backlog();

    /** Whether the {@link Outbox} will try it again. */
    boolean stalled;

    /** Whether FULL was answered and WRITABLE not yet told. */
    boolean owesWritable;

    private final String remoteAddress;

    private JeromqLink(
            RouterSocket socket,
            byte[] routingId,
            String remoteAddress,
            @Nullable DialledConnection dialled,
            AcceptedConnections.@Nullable Entry accepted) {
        this.socket = socket;
        this.routingId = new Msg(routingId);
        this.remoteAddress = remoteAddress;
        this.dialled = dialled;
        this.accepted = accepted;
    }

    static JeromqLink dialled(RouterSocket socket, DialledConnection connection) {
        return new JeromqLink(socket, connection.routingId(), connection.remoteAddress(), connection, null);
    }

    static JeromqLink accepted(
            RouterSocket socket, byte[] routingId, String remoteAddress, AcceptedConnections.Entry entry) {
        return new JeromqLink(socket, routingId, remoteAddress, null, entry);
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String toString() {
        return (dialled == null ? "accepted from " : "dialled to ") + remoteAddress;
    }
}
