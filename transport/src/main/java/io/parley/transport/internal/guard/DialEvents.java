package io.parley.transport.internal.guard;

import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;
import zmq.util.Errno;

/**
 * What JeroMQ's threads tell of the connections that were dialled: a queue that never blocks them. A dial makes a handful of
 * events and is not repeated by JeroMQ, so the number of connections bounds it.
 */
public final class DialEvents implements ZMQ.EventConsummer {
    /** What to ask JeroMQ for. */
    public static final int EVENTS = ZMQ.ZMQ_EVENT_CONNECTED
            | ZMQ.ZMQ_EVENT_CLOSED
            | ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL
            | ZMQ.ZMQ_EVENT_DISCONNECTED;

    private static final Errno ERRNO = new Errno();

    /**
     * One event.
     *
     * @param kind one of {@link #EVENTS}
     * @param address of the other side, canonical
     * @param channel the connection, where the event names it
     * @param number of DISCONNECTED the last error, of HANDSHAKE_PROTOCOL the revision of ZMTP, else 0
     */
    public record Event(int kind, String address, @Nullable SocketChannel channel, int number) {}

    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final Runnable bell;

    /** None yet; the bell is rung after each. */
    public DialEvents(Runnable bell) {
        this.bell = bell;
    }

    @Override
    public void consume(ZMQ.Event event) {
        SocketChannel channel = event.arg instanceof SocketChannel is ? is : null;
        int number = 0;
        if (event.event == ZMQ.ZMQ_EVENT_DISCONNECTED) {
            number = ERRNO.get();
        } else if (event.arg instanceof Integer revision) {
            number = revision;
        }
        events.add(new Event(event.event, event.addr, channel, number));
        bell.run();
    }

    /** The next one, if there is one. */
    public @Nullable Event next() {
        return events.poll();
    }
}
