package io.parley.transport.internal.plain;

import io.parley.transport.internal.guard.AcceptedConnections;
import io.parley.transport.internal.guard.DialEvents;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import zmq.ZMQ;

/**
 * What JeroMQ's threads tell of one socket, which may both listen and dial: sorted by whom it concerns. Never blocks them for
 * longer than it takes to deal a message.
 */
final class PortEvents implements ZMQ.EventConsummer {
    static final int EVENTS = AcceptedConnections.EVENTS | DialEvents.EVENTS;

    private static final int COMING = ZMQ.ZMQ_EVENT_ACCEPTED | ZMQ.ZMQ_EVENT_CONNECTED;

    private final AcceptedConnections accepted;
    private final DialEvents dialled;
    private final InboundLimits limits;
    private final Arrivals arrivals = new Arrivals();
    private final Set<String> dials = ConcurrentHashMap.newKeySet();

    PortEvents(AcceptedConnections accepted, DialEvents dialled, InboundLimits limits) {
        this.accepted = accepted;
        this.dialled = dialled;
        this.limits = limits;
    }

    /** Who has come. */
    Arrivals arrivals() {
        return arrivals;
    }

    /** What is told of this address concerns a dial. */
    void dials(String canonical) {
        dials.add(canonical);
    }

    void dialsNoMore(String canonical) {
        dials.remove(canonical);
    }

    @Override
    public void consume(ZMQ.Event event) {
        if (event.event == ZMQ.ZMQ_EVENT_DISCONNECTED) {
            arrivals.left(); // before it is told, so that nobody finds that told and this not
        }
        if (event.event == ZMQ.ZMQ_EVENT_DISCONNECTED && event.arg instanceof SocketChannel channel) {
            forget(channel);
        }
        if (dials.contains(event.addr)) {
            dialled.consume(event);
        } else if ((event.event & AcceptedConnections.EVENTS) != 0) {
            accepted.consume(event);
        }
        if ((event.event & COMING) != 0) {
            arrivals.came(); // after it was told, so that whoever looks then finds it
        }
    }

    private void forget(SocketChannel channel) {
        try {
            if (channel.getRemoteAddress() instanceof InetSocketAddress remote) {
                limits.forget(remote.getAddress().getHostAddress() + ":" + remote.getPort());
            }
        } catch (IOException closed) {
            // then it is forgotten with the socket
        }
    }
}
