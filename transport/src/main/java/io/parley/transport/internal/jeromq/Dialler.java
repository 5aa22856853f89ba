package io.parley.transport.internal.jeromq;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.DialEvents;
import io.parley.transport.internal.guard.Guard;
import io.parley.transport.internal.guard.Troubles;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zmq.ZError;
import zmq.ZMQ;

/**
 * The connections that this side opens, from dial to end. JeroMQ's events name the address only, so there is at most one
 * unanswered connection to an address at a time; the next waits for it. Belongs to the loop.
 */
final class Dialler {
    /** JeroMQ closes a channel right after it told of it; should it never, this is long enough. */
    private static final long CLOSING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int ZMTP_3 = 3;

    /** Hears what became of dials. */
    interface Outcome {
        void up(DialledConnection connection);

        void failed(Endpoint endpoint, String reason);
    }

    private static final class Target {
        final Deque<DialledConnection> waiting = new ArrayDeque<>();
        final List<DialledConnection> up = new ArrayList<>();
        final BitSet aliases = new BitSet();

        /** CONNECTING or GIVEN_UP. */
        @Nullable DialledConnection pending;
    }

    private final JeromqContext context;
    private final Troubles troubles;
    private final Map<String, Target> targets = new HashMap<>();
    private final Map<ByteBuffer, DialledConnection> byRoutingId = new HashMap<>();

    /** WAITING, CONNECTING and GIVEN_UP. */
    private final List<DialledConnection> unanswered = new ArrayList<>();

    private final List<DialledConnection> breaking = new ArrayList<>();
    private long count;
    private volatile int size;

    Dialler(JeromqContext context, Troubles troubles) {
        this.context = context;
        this.troubles = troubles;
    }

    /** How many connections there are, unanswered ones included. Any thread. */
    int size() {
        return size;
    }

    void dial(Endpoint endpoint, InetSocketAddress address, long now) {
        DialledConnection connection = new DialledConnection(endpoint, address, ++count, now + Guard.DIAL_NANOS);
        Target target = targets.computeIfAbsent(connection.canonical, key -> new Target());
        unanswered.add(connection);
        target.waiting.add(connection);
        size++;
        startNext(target);
    }

    private void startNext(Target target) {
        if (target.pending != null) {
            return;
        }
        DialledConnection next = target.waiting.poll();
        if (next == null) {
            return;
        }
        next.zeros = target.aliases.nextClearBit(0);
        target.aliases.set(next.zeros);
        target.pending = next;
        next.phase = DialledConnection.Phase.CONNECTING;
        byRoutingId.put(ByteBuffer.wrap(next.routingId()), next);
        context.out().connect(next.alias(), next.id);
    }

    /** Gives up what is not answered yet. */
    void hangUp(Endpoint endpoint, long now) {
        for (DialledConnection connection : List.copyOf(unanswered)) {
            if (connection.endpoint.equals(endpoint)) {
                giveUp(connection, now);
            }
        }
    }

    /** Gives up what is not answered yet, when JeroMQ can no longer be told. */
    void forget(Endpoint endpoint) {
        unanswered.removeIf(connection -> connection.endpoint.equals(endpoint));
    }

    private void giveUp(DialledConnection connection, long now) {
        if (connection.phase == DialledConnection.Phase.WAITING) {
            remove(connection);
        } else if (connection.phase == DialledConnection.Phase.CONNECTING) {
            connection.phase = DialledConnection.Phase.GIVEN_UP;
            connection.endedAt = now;
            byRoutingId.remove(ByteBuffer.wrap(connection.routingId()));
            context.out().end(connection.alias());
        }
    }

    /** Closes a connection that was up, or broke. */
    void end(DialledConnection connection) {
        if (connection.phase != DialledConnection.Phase.GONE) {
            context.out().end(connection.alias());
            remove(connection);
        }
    }

    private void remove(DialledConnection connection) {
        boolean started = connection.phase != DialledConnection.Phase.WAITING;
        connection.phase = DialledConnection.Phase.GONE;
        byRoutingId.remove(ByteBuffer.wrap(connection.routingId()));
        unanswered.remove(connection);
        breaking.remove(connection);
        size--;
        Target target = targets.get(connection.canonical);
        if (target == null) {
            return;
        }
        target.waiting.remove(connection);
        target.up.remove(connection);
        if (target.pending == connection) {
            target.pending = null;
        }
        if (target.up.isEmpty() && target.waiting.isEmpty() && target.pending == null) {
            targets.remove(connection.canonical);
            return;
        }
        if (started) {
            target.aliases.clear(connection.zeros);
        }
        startNext(target);
    }

    @Nullable DialledConnection find(byte[] routingId) {
        return byRoutingId.get(ByteBuffer.wrap(routingId));
    }

    /** A frame has come before the event that tells of the greeting. */
    void greeted(DialledConnection connection, Outcome outcome) {
        if (connection.phase == DialledConnection.Phase.CONNECTING) {
            up(connection, outcome);
        }
    }

    private void up(DialledConnection connection, Outcome outcome) {
        connection.phase = DialledConnection.Phase.UP;
        unanswered.remove(connection);
        Target target = targets.get(connection.canonical);
        if (target != null) {
            target.pending = null;
            target.up.add(connection);
            startNext(target);
        }
        outcome.up(connection);
    }

    private void fail(DialledConnection connection, String reason, long now, Outcome outcome) {
        giveUp(connection, now);
        outcome.failed(connection.endpoint, reason);
    }

    /** Takes what JeroMQ's threads told, and looks at the time. */
    void turn(long now, Outcome outcome) {
        DialEvents.Event event = context.dialEvents().next();
        while (event != null) {
            Target target = targets.get(event.address());
            if (target != null) {
                take(event, target, now, outcome);
            }
            event = context.dialEvents().next();
        }
        if (!unanswered.isEmpty()) {
            for (DialledConnection connection : List.copyOf(unanswered)) {
                lookAtTime(connection, now, outcome);
            }
        }
    }

    private void take(DialEvents.Event event, Target target, long now, Outcome outcome) {
        DialledConnection pending = target.pending;
        switch (event.kind()) {
            case ZMQ.ZMQ_EVENT_CONNECTED -> {
                if (pending != null) {
                    pending.channel = event.channel();
                    pending.connectedAt = now;
                    if (pending.channel == pending.lostEarly) {
                        ended(pending, "closed at once", now, outcome);
                    }
                    upWhenComplete(pending, outcome);
                }
            }
            case ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL -> {
                if (pending != null && pending.phase == DialledConnection.Phase.CONNECTING) {
                    greet(pending, event.number(), now, outcome);
                }
            }
            case ZMQ.ZMQ_EVENT_CLOSED -> {
                if (pending != null && pending.channel == null) {
                    remove(pending, "refused, or not reachable", outcome);
                }
            }
            default -> disconnected(event, target, now, outcome);
        }
    }

    private void greet(DialledConnection pending, int revision, long now, Outcome outcome) {
        if (revision < ZMTP_3) {
            String reason = pending.canonical + " does not speak ZMTP 3";
            troubles.add(TransportTrouble.PROTOCOL_ERROR, reason);
            fail(pending, reason, now, outcome);
            return;
        }
        pending.greeting = DialledConnection.Greeting.COMPLETE;
        upWhenComplete(pending, outcome);
    }

    /** Two of JeroMQ's threads tell of the channel and of the greeting, in either order. */
    private void upWhenComplete(DialledConnection pending, Outcome outcome) {
        if (pending.phase == DialledConnection.Phase.CONNECTING
                && pending.channel != null
                && pending.greeting == DialledConnection.Greeting.COMPLETE) {
            up(pending, outcome);
        }
    }

    private void disconnected(DialEvents.Event event, Target target, long now, Outcome outcome) {
        for (DialledConnection connection : target.up) {
            if (connection.channel == event.channel()) {
                breaks(connection, now);
                return;
            }
        }
        DialledConnection pending = target.pending;
        if (pending == null) {
            return;
        }
        if (pending.channel != event.channel()) {
            // of an older connection; or its CONNECTED is still on its way from another thread
            pending.lostEarly = event.channel();
            return;
        }
        if (event.number() == ZError.EPROTO || event.number() == ZError.EMSGSIZE) {
            troubles.add(TransportTrouble.PROTOCOL_ERROR, pending.canonical + " broke ZMTP");
            ended(pending, "does not speak ZMTP", now, outcome);
        } else if (now - pending.connectedAt >= Guard.GREETING_MILLIS * 900_000L) {
            troubles.add(TransportTrouble.HANDSHAKE_TIMEOUT, pending.canonical + " did not complete its greeting");
            tryAgain(pending, target, now);
        } else {
            ended(pending, "closed before its greeting was complete", now, outcome);
        }
    }

    /** JeroMQ, or a machine with too much to do, may have been the reason: the dial goes on until its deadline. */
    private void tryAgain(DialledConnection late, Target target, long now) {
        if (late.phase == DialledConnection.Phase.CONNECTING) {
            DialledConnection next = new DialledConnection(late.endpoint, late.address, ++count, late.deadline);
            unanswered.add(next);
            target.waiting.addFirst(next);
            size++;
            giveUp(late, now);
        }
    }

    private void ended(DialledConnection pending, String reason, long now, Outcome outcome) {
        if (pending.phase == DialledConnection.Phase.CONNECTING) {
            fail(pending, reason, now, outcome);
        }
    }

    /** It never was a connection: nothing more will be heard of it. */
    private void remove(DialledConnection pending, String reason, Outcome outcome) {
        DialledConnection.Phase was = pending.phase;
        end(pending);
        if (was == DialledConnection.Phase.CONNECTING) {
            outcome.failed(pending.endpoint, reason);
        }
    }

    private void breaks(DialledConnection connection, long now) {
        if (connection.phase == DialledConnection.Phase.UP) {
            connection.phase = DialledConnection.Phase.BREAKING;
            connection.endedAt = now;
            breaking.add(connection);
        }
    }

    private void lookAtTime(DialledConnection connection, long now, Outcome outcome) {
        switch (connection.phase) {
            case GIVEN_UP -> {
                if (connection.isClosed() || now - connection.endedAt > CLOSING_NANOS) {
                    remove(connection);
                }
            }
            case WAITING, CONNECTING -> {
                if (now - connection.deadline >= 0) {
                    outcome.failed(connection.endpoint, "not answered within 2 s");
                    giveUp(connection, now);
                } else if (now - nextPush(connection) >= 0) {
                    push(connection);
                }
            }
            default -> {}
        }
    }

    private void push(DialledConnection connection) {
        if (connection.pushes++ == 0) {
            troubles.add(TransportTrouble.STUCK_GREETING, connection.canonical);
        }
        context.push();
    }

    private static long nextPush(DialledConnection connection) {
        return connection.channel == null
                ? Long.MAX_VALUE
                : connection.connectedAt + (connection.pushes + 1) * Guard.STUCK_NANOS;
    }

    /** Looks for connections whose end JeroMQ did not tell. */
    void sweep(long now) {
        for (Target target : targets.values()) {
            for (DialledConnection connection : target.up) {
                if (connection.isClosed()) {
                    breaks(connection, now);
                }
            }
        }
    }

    /** The broken connections from which no frame can come any more, once what lies in the mailbox was received. */
    List<DialledConnection> closed(long now) {
        if (breaking.isEmpty()) {
            return List.of();
        }
        List<DialledConnection> closed = new ArrayList<>();
        for (DialledConnection connection : breaking) {
            if (connection.isClosed() || now - connection.endedAt > CLOSING_NANOS) {
                closed.add(connection);
            }
        }
        return closed;
    }

    /** How long nothing needs to be done here unless an event comes. */
    long quietNanos(long now) {
        long quiet = breaking.isEmpty() ? Long.MAX_VALUE : Tuning.RETRY_NANOS;
        for (DialledConnection connection : unanswered) {
            long next = connection.phase == DialledConnection.Phase.GIVEN_UP
                    ? now + Tuning.RETRY_NANOS
                    : Math.min(connection.deadline, nextPush(connection));
            quiet = Math.min(quiet, Math.max(0, next - now));
        }
        return quiet;
    }

    /** Everything is lost with the context. */
    void failAll(Outcome outcome, String reason) {
        List<DialledConnection> all = List.copyOf(unanswered);
        unanswered.clear();
        targets.clear();
        byRoutingId.clear();
        breaking.clear();
        size = 0;
        for (DialledConnection connection : all) {
            if (connection.phase != DialledConnection.Phase.GIVEN_UP) {
                outcome.failed(connection.endpoint, reason);
            }
            connection.phase = DialledConnection.Phase.GONE;
        }
    }
}
