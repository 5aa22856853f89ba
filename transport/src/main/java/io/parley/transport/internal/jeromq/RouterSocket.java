package io.parley.transport.internal.jeromq;

import io.parley.core.spi.Sent;
import io.parley.transport.internal.guard.BoundedAllocator;
import io.parley.transport.internal.guard.GuardedSocket;
import io.parley.transport.internal.guard.Interrupts;
import io.parley.transport.internal.guard.JeromqFailure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.io.Metadata;

/** A ROUTER for frames of nodes. Belongs to the loop thread. Never waits. */
final class RouterSocket extends GuardedSocket {
    /** What an accepted connection says in its own pipe when it is gone. Told apart from frames by having no metadata. */
    private static final byte[] GONE = {'g', 'o', 'n', 'e'};

    /**
     * With a domain, and no one to authenticate in it, connections of ZMTP 1 and 2 are refused and those of ZMTP 3 are not
     * asked. Their messages do not say where they come from, so nobody could be blamed for them.
     */
    private static final String NO_OLD_PROTOCOLS = "parley";

    private byte[] routingId = {};
    private Msg body = new Msg();
    private Shape shape = Shape.FRAME;

    /** What kind of message it was: Parley's have one part that is not empty. */
    enum Shape {
        FRAME,
        EMPTY,
        SEVERAL_PARTS
    }

    RouterSocket(SocketBase socket, Tuning tuning, Interrupts interrupts) {
        super(socket, interrupts);
        set(ZMQ.ZMQ_MAXMSGSIZE, tuning.largestMessage());
        set(ZMQ.ZMQ_MSG_ALLOCATOR, new BoundedAllocator(tuning.largestMessage()));
        set(ZMQ.ZMQ_SNDHWM, tuning.sendFrames());
        set(ZMQ.ZMQ_RCVHWM, tuning.receiveFrames());
        set(ZMQ.ZMQ_ROUTER_MANDATORY, true);
        set(ZMQ.ZMQ_DISCONNECT_MSG, GONE);
        set(ZMQ.ZMQ_ZAP_DOMAIN, NO_OLD_PROTOCOLS);
    }

    /** Begins to connect; the connection will have this routing id. */
    void connect(String address, String connectionId) {
        set(ZMQ.ZMQ_CONNECT_RID, connectionId);
        connect(address);
    }

    /**
     * Asks for room for a frame to one connection. When there is, the answer is TAKEN, and the next call must be
     * {@link #finish}; when there is not, it must not be: JeroMQ would take the bytes for the routing id of another message.
     */
    Sent begin(Msg connection) {
        return switch (send(connection, ZMQ.ZMQ_SNDMORE)) {
            case 0 -> Sent.TAKEN;
            case ZError.EAGAIN -> Sent.FULL;
            case ZError.EHOSTUNREACH, ZError.ETERM -> Sent.DOWN;
            default -> throw new JeromqFailure("send: " + error());
        };
    }

    /** Sends the frame for which there was room. The array now belongs to JeroMQ. */
    void finish(byte[] bytes) {
        if (send(new Msg(bytes), 0) != 0) {
            throw new JeromqFailure("second part of a send: " + error());
        }
    }

    /**
     * Takes the next message, if there is one, for {@link #routingId}, {@link #body} and {@link #shape}. When there is none it
     * is safe to wait for the mailbox.
     */
    boolean take() {
        Msg id = receive();
        if (id == null) {
            return false;
        }
        Msg first = receive();
        if (first == null) {
            throw new JeromqFailure("a routing id without a message: " + error());
        }
        routingId = id.data();
        body = first;
        shape = first.size() == 0 ? Shape.EMPTY : Shape.FRAME;
        boolean more = first.hasMore();
        if (more) {
            shape = Shape.SEVERAL_PARTS;
        }
        while (more) {
            Msg part = receive();
            more = part != null && part.hasMore();
        }
        return true;
    }

    byte[] routingId() {
        return routingId;
    }

    byte[] body() {
        return body.data();
    }

    Shape shape() {
        return shape;
    }

    /** Where the message came from, as {@code host:port}; null when the other side speaks no ZMTP 3. */
    @Nullable String peerAddress() {
        Metadata metadata = body.getMetadata();
        return metadata == null ? null : metadata.get(Metadata.PEER_ADDRESS);
    }

    /** Whether this is no message of the other side, but the end of its connection. */
    boolean isGone() {
        return body.getMetadata() == null && Arrays.equals(body.data(), GONE);
    }
}
