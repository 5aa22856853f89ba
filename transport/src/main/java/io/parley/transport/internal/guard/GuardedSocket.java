package io.parley.transport.internal.guard;

import java.nio.channels.SelectableChannel;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.util.Errno;

/**
 * A socket of JeroMQ with the options that keep it from harm. Belongs to one thread. Never waits. What JeroMQ must never do
 * comes out as {@link JeromqFailure}.
 */
public class GuardedSocket {
    /** JeroMQ keeps the error number per thread, whichever object it is asked by. */
    private static final Errno ERRNO = new Errno();

    private final SocketBase socket;
    private final Interrupts interrupts;

    /** Over a socket that nobody else uses. */
    public GuardedSocket(SocketBase socket, Interrupts interrupts) {
        this.socket = socket;
        this.interrupts = interrupts;
        set(ZMQ.ZMQ_LINGER, 0);
        set(ZMQ.ZMQ_HANDSHAKE_IVL, Guard.GREETING_MILLIS);
        set(ZMQ.ZMQ_BACKLOG, Guard.BACKLOG);
        set(ZMQ.ZMQ_RECONNECT_IVL, Guard.RECONNECT_MILLIS);
    }

    /** Sets an option; one that is refused is a failure. */
    public final void set(int option, Object value) {
        if (!protect("option " + option, () -> socket.setSocketOpt(option, value))) {
            throw new JeromqFailure("option " + option + "=" + value + " was refused: " + error());
        }
    }

    /** What an option is set to. */
    public final int option(int option) {
        return socket.getSocketOpt(option);
    }

    /** Has JeroMQ's threads tell of these events. */
    public final void hook(ZMQ.EventConsummer consumer, int events) {
        socket.setEventHook(consumer, events);
    }

    /** Readable when JeroMQ's threads have something to say. */
    public final SelectableChannel mailbox() {
        return socket.getFD();
    }

    /**
     * Listens.
     *
     * @return the port, 0 for an address without one, or -1 when the address cannot be listened on
     */
    public final int bind(String address) {
        if (!protect("bind", () -> socket.bind(address))) {
            return -1;
        }
        if (!address.startsWith("tcp:")) {
            return 0;
        }
        String bound = (String) socket.getSocketOptx(ZMQ.ZMQ_LAST_ENDPOINT);
        return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
    }

    /** Begins to connect. */
    public final void connect(String address) {
        if (!protect("connect", () -> socket.connect(address))) {
            throw new JeromqFailure("connect " + address + ": " + error());
        }
    }

    /** Ends listening, or dialling, or the connections that were dialled by this very text. */
    public final void end(String address) {
        protect("disconnect", () -> socket.termEndpoint(address));
    }

    /**
     * Sends one part.
     *
     * @param flags may hold ZMQ_SNDMORE
     * @return 0, or the number of the error: EAGAIN when there is no room, EHOSTUNREACH for a routing id that is not known;
     *     then no other part of the same message must be sent
     */
    public final int send(Msg part, int flags) {
        if (protect("send", () -> socket.send(part, flags | ZMQ.ZMQ_DONTWAIT))) {
            return 0;
        }
        return ERRNO.get();
    }

    /**
     * Takes the next part, if there is one. Looks at the commands of JeroMQ's threads before it says that there is none: so
     * when it does, it is safe to wait for the mailbox.
     */
    public final @Nullable Msg receive() {
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
    public final void settle() {
        protect("poll", (Supplier<Integer>) () -> socket.poll(ZMQ.ZMQ_POLLIN, 1, null));
    }

    /** Takes the commands of JeroMQ's threads. */
    public final void service() {
        protect("events", (Supplier<Integer>) () -> socket.getSocketOpt(ZMQ.ZMQ_EVENTS));
    }

    /** Ends it; JeroMQ writes what it has taken for so long. */
    public final void close(int lingerMillis) {
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

    /** The last error, for people. */
    protected static String error() {
        return "error " + ERRNO.get();
    }
}
