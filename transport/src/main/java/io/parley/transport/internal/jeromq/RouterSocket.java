package io.parley.transport.internal.jeromq;

import io.parley.core.spi.Sent;
import java.nio.channels.SelectableChannel;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.io.Metadata;
import zmq.util.Errno;

/**
 * A ROUTER with the options that keep it from harm. Belongs to the loop thread. Never waits. What JeroMQ must never do
 * comes out as {@link JeromqFailure}.
 */
final class RouterSocket {
    /** What an accepted connection says in its own pipe when it is gone. Told apart from frames by having no metadata. */
    private static final byte[] GONE = {'g', 'o', 'n', 'e'};

    /**
     * With a domain, and no one to authenticate in it, connections of ZMTP 1 and 2 are refused and those of ZMTP 3 are not
     * asked. Their messages do not say where they come from, so nobody could be blamed for them.
     */
    private static final String NO_OLD_PROTOCOLS = "parley";

    /** JeroMQ keeps the error number per thread, whichever object it is asked by. */
    private static final Errno ERRNO = new Errno();

    private final SocketBase socket;
    private final Interrupts interrupts;

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
        this.socket = socket;
        this.interrupts = interrupts;
        set(ZMQ.ZMQ_LINGER, 0);
        set(ZMQ.ZMQ_MAXMSGSIZE, tuning.largestMessage());
        set(ZMQ.ZMQ_MSG_ALLOCATOR, new BoundedAllocator(tuning.largestMessage()));
        set(ZMQ.ZMQ_HANDSHAKE_IVL, Tuning.GREETING_MILLIS);
        set(ZMQ.ZMQ_BACKLOG, Tuning.BACKLOG);
        set(ZMQ.ZMQ_RECONNECT_IVL, Tuning.RECONNECT_MILLIS);
        set(ZMQ.ZMQ_SNDHWM, tuning.sendFrames());
        set(ZMQ.ZMQ_RCVHWM, tuning.receiveFrames());
        set(ZMQ.ZMQ_ROUTER_MANDATORY, true);
        set(ZMQ.ZMQ_DISCONNECT_MSG, GONE);
        set(ZMQ.ZMQ_ZAP_DOMAIN, NO_OLD_PROTOCOLS);
    }

    void set(int option, Object value) {
        if (!protect("option " + option, () -> socket.setSocketOpt(option, value))) {
            throw new JeromqFailure("option " + option + "=" + value + " was refused: " + error());
        }
    }

    int option(int option) {
        return socket.getSocketOpt(option);
    }

    void hook(ZMQ.EventConsummer consumer, int events) {
        socket.setEventHook(consumer, events);
    }

    SelectableChannel mailbox() {
        return socket.getFD();
    }

    /**
     * Listens.
     *
     * @return the port, or -1 when the address cannot be listened on
     */
    int bind(String address) {
        if (!protect("bind", () -> socket.bind(address))) {
            return -1;
        }
        String bound = (String) socket.getSocketOptx(ZMQ.ZMQ_LAST_ENDPOINT);
        return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
    }

    /** Ends listening, or dialling, or the connections that were dialled by this very text. */
    void end(String address) {
        protect("disconnect", () -> socket.termEndpoint(address));
    }

    /** Begins to connect; the connection will have this routing id. */
    void connect(String address, String connectionId) {
        set(ZMQ.ZMQ_CONNECT_RID, connectionId);
        if (!protect("connect", () -> socket.connect(address))) {
            throw new JeromqFailure("connect " + address + ": " + error());
        }
    }

    /**
     * Asks for room for a frame to one connection. When there is, the answer is TAKEN, and the next call must be
     * {@link #finish}; when there is not, it must not be: JeroMQ would take the bytes for the routing id of another message.
     */
    Sent begin(Msg connection) {
        if (protect("send", () -> socket.send(connection, ZMQ.ZMQ_SNDMORE | ZMQ.ZMQ_DONTWAIT))) {
            return Sent.TAKEN;
        }
        return switch (ERRNO.get()) {
            case ZError.EAGAIN -> Sent.FULL;
            case ZError.EHOSTUNREACH, ZError.ETERM -> Sent.DOWN;
            default -> throw new JeromqFailure("send: " + error());
        };
    }

    /** Sends the frame for which there was room. The array now belongs to JeroMQ. */
    void finish(byte[] bytes) {
        Msg message = new Msg(bytes);
        if (!protect("send", () -> socket.send(message, ZMQ.ZMQ_DONTWAIT))) {
            throw new JeromqFailure("second part of a send: " + error());
        }
    }

    /**
     * Takes the next message, if there is one, for {@link #routingId}, {@link #body} and {@link #shape}. Looks at the
     * commands of JeroMQ's threads before it says that there is none: so when it does, it is safe to wait for the mailbox.
     */
    boolean receive() {
        Msg id = next();
        if (id == null) {
            return false;
        }
        Msg first = next();
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
            Msg part = next();
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

    private @Nullable Msg next() {
        Msg message = protect("receive", (Supplier<@Nullable Msg>) () -> socket.recv(ZMQ.ZMQ_DONTWAIT));
        if (message == null && ERRNO.get() != ZError.EAGAIN && ERRNO.get() != ZError.ETERM) {
            throw new JeromqFailure("receive: " + error());
        }
        return message;
    }

    /**
     * Takes the commands of JeroMQ's threads, and takes a byte from the mailbox even when none came with it yet. JeroMQ
     * writes the byte first and says afterwards that it did: a thread that is stopped in between leaves a mailbox that a
     * selector finds readable, and JeroMQ finds empty, for a whole turn of the scheduler.
     */
    void settle() {
        protect("poll", (Supplier<Integer>) () -> socket.poll(ZMQ.ZMQ_POLLIN, 1, null));
    }

    /** Takes the commands of JeroMQ's threads. */
    void service() {
        protect("events", (Supplier<Integer>) () -> socket.getSocketOpt(ZMQ.ZMQ_EVENTS));
    }

    void close(int lingerMillis) {
        set(ZMQ.ZMQ_LINGER, lingerMillis);
        socket.close();
    }

    private boolean protect(String what, BooleanSupplier call) {
        Boolean done = protect(what, (Supplier<@Nullable Boolean>) call::getAsBoolean);
        return Boolean.TRUE.equals(done);
    }

    private <T> @Nullable T protect(String what, Supplier<@Nullable T> call) {
        try {
            T result = call.get();
            while (failed(result) && ERRNO.get() == ZError.EINTR) {
                interrupts.swallowed();
                ERRNO.set(0);
                result = call.get();
            }
            return result;
        } catch (RuntimeException | AssertionError e) {
            throw new JeromqFailure(what, e);
        }
    }

    private static boolean failed(@Nullable Object result) {
        return result == null
                || Boolean.FALSE.equals(result)
                || Integer.valueOf(-1).equals(result);
    }

    private static String error() {
        return "error " + ERRNO.get();
    }
}
