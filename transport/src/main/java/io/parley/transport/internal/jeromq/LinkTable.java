package io.parley.transport.internal.jeromq;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.AcceptedConnections;
import io.parley.transport.internal.guard.Troubles;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The links of one context, and what happens on them. Belongs to the loop. */
final class LinkTable {
    /** So many frames of one socket are told in a turn before the loop may do something else. */
    private static final int MOST_FRAMES = 256;

    private record Down(JeromqLink link, String reason) {}

    private record Failed(Endpoint endpoint, String reason) {}

    private final JeromqContext context;
    private final Troubles troubles;
    private final int maxConnections;
    private final Dialler dialler;

    /** By routing id. A link that was dropped stays until its connection has told that it is gone. */
    private final Map<ByteBuffer, JeromqLink> accepted = new HashMap<>();

    private final Set<JeromqLink> up = new HashSet<>();
    private final Deque<Down> downs = new ArrayDeque<>();
    private final Deque<Failed> refusedDials = new ArrayDeque<>();
    private final Outbox outbox = new Outbox();

    LinkTable(JeromqContext context, Troubles troubles, int maxConnections) {
        this.context = context;
        this.troubles = troubles;
        this.maxConnections = maxConnections;
        this.dialler = new Dialler(context, troubles);
    }

    Dialler dialler() {
        return dialler;
    }

    void dial(Endpoint endpoint, InetSocketAddress address, long now) {
        if (context.failure() != null) {
            refusedDials.add(new Failed(endpoint, "the transport is being made anew"));
        } else if (dialler.size() + context.accepted().size() >= maxConnections) {
            troubles.add(TransportTrouble.TOO_MANY_CONNECTIONS, endpoint + " not dialled, limit " + maxConnections);
            refusedDials.add(new Failed(endpoint, "limit of " + maxConnections + " connections"));
        } else {
            dialler.dial(endpoint, address, now);
        }
    }

    void hangUp(Endpoint endpoint, long now) {
        refusedDials.removeIf(failed -> failed.endpoint().equals(endpoint));
        if (context.failure() == null) {
            dialler.hangUp(endpoint, now);
        } else {
            dialler.forget(endpoint);
        }
    }

    Outbox outbox() {
        return outbox;
    }

    Sent send(JeromqLink link, OutFrame frame, long now) {
        if (link.state != JeromqLink.State.UP) {
            return Sent.DOWN;
        }
        Sent sent = outbox.send(link, frame, now);
        if (sent == Sent.DOWN) {
            drop(link, "the connection is gone");
        }
        return sent;
    }

    void drop(JeromqLink link, String reason) {
        if (link.state != JeromqLink.State.UP) {
            return;
        }
        link.state = JeromqLink.State.CLOSING;
        downs.add(new Down(link, reason));
        if (link.dialled != null) {
            dialler.end(link.dialled);
        }
        if (link.accepted != null) {
            link.accepted.cut();
        }
    }

    /** Tells what happened. Says how much that was; frames that were of no use count too. */
    int turn(long now, TransportListener listener) {
        int[] told = {0};
        Dialler.Outcome outcome = outcome(listener, told);
        tellRefused(outcome);
        dialler.turn(now, outcome);
        List<DialledConnection> closed = dialler.closed(now);
        int in = receiveAccepted(listener);
        int out = receiveDialled(listener, outcome);
        if (out < MOST_FRAMES) {
            for (DialledConnection connection : closed) {
                broken(connection);
            }
        }
        return told[0] + in + out + tellDowns(listener) + outbox.retry(now, listener);
    }

    private Dialler.Outcome outcome(TransportListener listener, int[] told) {
        return new Dialler.Outcome() {
            @Override
            public void up(DialledConnection connection) {
                JeromqLink link = JeromqLink.dialled(context.out(), connection);
                connection.link = link;
                up.add(link);
                told[0]++;
                listener.linkUp(link, connection.endpoint);
            }

            @Override
            public void failed(Endpoint endpoint, String reason) {
                told[0]++;
                listener.dialFailed(endpoint, reason);
            }
        };
    }

    private void tellRefused(Dialler.Outcome outcome) {
        for (Failed failed = refusedDials.poll(); failed != null; failed = refusedDials.poll()) {
            outcome.failed(failed.endpoint(), failed.reason());
        }
    }

    private void broken(DialledConnection connection) {
        JeromqLink link = connection.link;
        if (link != null && link.state == JeromqLink.State.UP) {
            drop(link, "the connection broke");
        } else {
            dialler.end(connection);
        }
    }

    private int receiveDialled(TransportListener listener, Dialler.Outcome outcome) {
        RouterSocket out = context.out();
        int count = 0;
        while (count < MOST_FRAMES && out.take()) {
            count++;
            DialledConnection connection = dialler.find(out.routingId());
            if (connection != null) {
                dialler.greeted(connection, outcome);
                JeromqLink link = connection.link;
                if (link != null) {
                    take(link, out, listener);
                }
            }
        }
        return count;
    }

    private int receiveAccepted(TransportListener listener) {
        RouterSocket in = context.in();
        int count = 0;
        while (count < MOST_FRAMES && in.take()) {
            count++;
            ByteBuffer id = ByteBuffer.wrap(in.routingId());
            JeromqLink link = accepted.get(id);
            if (in.isGone()) {
                gone(accepted.remove(id), listener);
            } else if (link != null) {
                take(link, in, listener);
            } else {
                greet(id, in, listener);
            }
        }
        return count;
    }

    private void gone(@Nullable JeromqLink link, TransportListener listener) {
        if (link != null && link.state == JeromqLink.State.UP) {
            down(link, "closed by the other side", listener);
        }
    }

    /** The first message of a connection that was accepted. */
    private void greet(ByteBuffer id, RouterSocket in, TransportListener listener) {
        String address = in.peerAddress();
        if (address == null) {
            troubles.add(TransportTrouble.PROTOCOL_ERROR, "a message that is not of ZMTP 3");
            return;
        }
        AcceptedConnections.Entry entry = context.accepted().heard(address);
        if (entry.isCut()) {
            return;
        }
        JeromqLink link = JeromqLink.accepted(in, in.routingId(), hostAndPort(address), entry);
        accepted.put(id, link);
        if (in.shape() != RouterSocket.Shape.FRAME) {
            link.state = JeromqLink.State.DOWN;
            blame(link, in.shape());
            entry.cut();
            return;
        }
        up.add(link);
        listener.linkUp(link, null);
        take(link, in, listener);
    }

    private static String hostAndPort(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        return host.indexOf(':') < 0 ? address : "[" + host + "]" + address.substring(colon);
    }

    private void take(JeromqLink link, RouterSocket socket, TransportListener listener) {
        if (link.state != JeromqLink.State.UP) {
            return;
        }
        if (socket.shape() != RouterSocket.Shape.FRAME) {
            blame(link, socket.shape());
            drop(link, "a message that is no frame");
            return;
        }
        listener.frame(link, new ReceivedFrame(socket.body()));
    }

    private void blame(JeromqLink link, RouterSocket.Shape shape) {
        String what = shape == RouterSocket.Shape.EMPTY ? "an empty message, or a too large one" : "several parts";
        troubles.add(TransportTrouble.PROTOCOL_ERROR, link.remoteAddress() + " sent " + what);
    }

    private int tellDowns(TransportListener listener) {
        int told = 0;
        for (Down next = downs.poll(); next != null; next = downs.poll()) {
            down(next.link(), next.reason(), listener);
            told++;
        }
        return told;
    }

    private void down(JeromqLink link, String reason, TransportListener listener) {
        link.state = JeromqLink.State.DOWN;
        up.remove(link);
        listener.linkDown(link, reason);
    }

    /** How many accepted connections JeroMQ has not let go of: for tests. */
    int remembered() {
        return accepted.size();
    }

    /** How long nothing needs to be done unless a socket or an event hook calls. */
    long quietNanos(long now) {
        if (!refusedDials.isEmpty() || !downs.isEmpty()) {
            return 0;
        }
        return Math.min(dialler.quietNanos(now), outbox.quietNanos(now));
    }

    void sweep(long now) {
        dialler.sweep(now);
        context.accepted().sweep(now);
    }

    /** The context is no more: everything is down, and told so. Says how much there was to tell. */
    int loseAll(String reason, TransportListener listener) {
        int[] told = {0};
        Dialler.Outcome outcome = outcome(listener, told);
        tellRefused(outcome);
        dialler.failAll(outcome, reason);
        accepted.clear();
        outbox.clear();
        int downs = tellDowns(listener);
        for (JeromqLink link : List.copyOf(up)) {
            down(link, reason, listener);
            downs++;
        }
        return told[0] + downs;
    }
}
