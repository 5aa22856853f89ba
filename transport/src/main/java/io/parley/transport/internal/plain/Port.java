package io.parley.transport.internal.plain;

import io.parley.core.channel.Happening;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.AcceptedConnections;
import io.parley.transport.internal.guard.DialEvents;
import io.parley.transport.internal.guard.Guard;
import io.parley.transport.internal.guard.GuardedSocket;
import io.parley.transport.internal.guard.JeromqFailure;
import io.parley.transport.internal.guard.Listeners;
import io.parley.transport.internal.guard.NumericAddress;
import io.parley.transport.internal.guard.Refusal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.ZError;
import zmq.ZMQ;
import zmq.io.Metadata;

/**
 * A native socket as the thread sees it that owns it: the socket of JeroMQ, where it listens, whom it dials, and the messages
 * that go in and out. When the context has failed it gets another socket and does all of that again.
 */
final class Port implements Dial.Connector {
    /** So many messages each way in a turn before the other sockets have theirs. */
    private static final int MOST_MESSAGES = 256;

    /** The longest routing id, which a ROUTER finds before a message. */
    private static final int ROUTING_ID = 255;

    /** A socket that had no room is tried again after so long, when nothing hints at room. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** JeroMQ ends a connection that has not greeted; it sees to that a little later than it should. */
    private static final long GREETING_NANOS = TimeUnit.MILLISECONDS.toNanos(Guard.GREETING_MILLIS + 100);

    /** So long after the end of a connection messages may still be dealt to it. */
    private static final long DETACHING_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final NativeSocket face;
    private final SocketSettings settings;
    private final PlainLoop loop;
    private final String domain;
    private final Listeners listeners = new Listeners();
    /** Looked at by JeroMQ's thread too. */
    private final Map<String, Dial> dials = new ConcurrentHashMap<>();

    private final List<byte[]> filters = new ArrayList<>();

    /** When connections were let in, lately: those that were accepted and are not among them are no peers yet. */
    private final Deque<Long> admitted = new ArrayDeque<>();

    private @Nullable GuardedSocket socket;
    private volatile @Nullable AcceptedConnections accepted;
    private @Nullable PortEvents events;
    private DialEvents dialEvents;
    private volatile @Nullable InboundLimits limits;
    private long detachedBy;
    private long heldBackSince;
    private boolean heldBack;
    private boolean stalled;

    Port(NativeSocket face, PlainLoop loop, String domain) {
        this.face = face;
        this.settings = face.settings();
        this.loop = loop;
        this.domain = domain;
        this.dialEvents = new DialEvents(loop::wake);
        this.detachedBy = loop.nanos();
    }

    String domain() {
        return domain;
    }

    NativeSocket face() {
        return face;
    }

    /** Makes its socket, the first or another one. */
    void open() {
        InboundLimits bounds = new InboundLimits(settings, this::cut);
        AcceptedConnections crowd = new AcceptedConnections(
                Long.MAX_VALUE, loop::nanos, () -> settings.maxConnections() - dials.size(), loop.troubles());
        dialEvents = new DialEvents(loop::wake);
        PortEvents hook = new PortEvents(crowd, dialEvents, bounds);
        GuardedSocket fresh =
                new GuardedSocket(loop.context().create(settings.type().code()), loop.interrupts());
        limits = bounds;
        accepted = crowd;
        events = hook;
        socket = fresh;
        SocketOptions.set(fresh, settings, domain, bounds);
        fresh.hook(hook, PortEvents.EVENTS);
        loop.zap().admit(domain, this::admits);
        loop.context().watch(fresh);
        filters.forEach(filter -> fresh.set(ZMQ.ZMQ_SUBSCRIBE, filter));
        for (Dial dial : dials.values()) {
            hook.dials(dial.canonical);
            dial.reset(loop.nanos());
        }
    }

    /** Its socket is gone with the context. */
    void lose() {
        listeners.lose();
        admitted.clear();
        socket = null;
    }

    private boolean admits(String mechanism, String key) {
        boolean admits = SocketOptions.admits(settings, mechanism, key);
        if (admits && settings.type().deals()) {
            long now = loop.nanos();
            forgetAdmitted(now);
            admitted.add(now);
        }
        return admits;
    }

    GuardedSocket socket() {
        GuardedSocket open = socket;
        if (open == null) {
            throw new JeromqFailure("the socket is being made anew");
        }
        return open;
    }

    /** Listens; null when the port is one of ours of which the system has not let go yet. */
    @Nullable Endpoint bind(Endpoint endpoint) {
        int port = socket().bind(NumericAddress.canonical(NumericAddress.toBind(endpoint)));
        if (port >= 0) {
            return listeners.add(endpoint.withPort(port));
        }
        if (loop.released(endpoint.port())) {
            return null;
        }
        throw Refusal.of(endpoint);
    }

    void dial(Endpoint endpoint, InetSocketAddress address) {
        Dial dial = new Dial(endpoint, address, settings, this);
        if (dials.putIfAbsent(dial.canonical, dial) == null) {
            dial.reset(loop.nanos());
            PortEvents hook = events;
            if (hook != null) {
                hook.dials(dial.canonical);
            }
        }
    }

    void subscribe(byte[] filter) {
        filters.add(filter);
        socket().set(ZMQ.ZMQ_SUBSCRIBE, filter);
    }

    void unsubscribe(byte[] filter) {
        if (filters.removeIf(known -> ByteBuffer.wrap(known).equals(ByteBuffer.wrap(filter)))) {
            socket().set(ZMQ.ZMQ_UNSUBSCRIBE, filter);
        }
    }

    @Override
    public void connect(String address) {
        socket().connect(address);
    }

    @Override
    public void end(String address) {
        if (socket != null) {
            socket.end(address);
        }
    }

    @Override
    public void push(String address) {
        loop.troubles().add(TransportTrouble.STUCK_GREETING, address);
        loop.context().push();
    }

    @Override
    public void failed(Dial dial, String reason) {
        loop.happened(Happening.DIAL_FAILED, 1, face, dial.endpoint + ": " + reason);
    }

    /** Ends the connection from there. Any thread. */
    private void cut(String address, String reason) {
        loop.troubles().add(TransportTrouble.PROTOCOL_ERROR, address + " sent " + reason);
        AcceptedConnections crowd = accepted;
        if (crowd != null) {
            crowd.cut(address);
        }
        dials.values().forEach(dial -> dial.cut(address));
    }

    /** Does what there is to do; whether anything was done. */
    boolean turn(long now) {
        GuardedSocket open = socket();
        if (listeners.isLosing()) {
            listeners.recover(open);
        }
        PortEvents hook = events;
        if (hook != null && hook.arrivals().look()) {
            detachedBy = now + DETACHING_NANOS;
        }
        DialEvents.Event event = dialEvents.next();
        while (event != null) {
            Dial dial = dials.get(event.address());
            if (dial != null) {
                dial.take(event, now);
            }
            event = dialEvents.next();
        }
        dials.values().forEach(dial -> dial.turn(now));
        boolean sent = settings.type().sends() && send(open, now);
        int received = settings.type() == NativeType.PUSH ? 0 : receive(open);
        if (settings.type() == NativeType.PUSH) {
            open.service();
        }
        report();
        return sent || received > 0;
    }

    private void report() {
        int up = (int) dials.values().stream().filter(Dial::isUp).count();
        AcceptedConnections crowd = accepted;
        InboundLimits bounds = limits;
        face.census().tell(up + (crowd == null ? 0 : crowd.size()), bounds == null ? 0 : bounds.subscribers());
    }

    private boolean send(GuardedSocket open, long now) {
        stalled = false;
        List<ByteBuffer> lanes = face.outbox().lanes();
        if (lanes.isEmpty() || mayLose(now)) {
            return false;
        }
        int sent = 0;
        for (ByteBuffer lane : lanes) {
            Outbox.Parcel next = face.outbox().peek(lane);
            while (next != null && sent < MOST_MESSAGES) {
                int error = deal(open, next.frames());
                if (error == ZError.EAGAIN || error == Arrivals.LOOK_FIRST) {
                    stalled = true;
                    break;
                }
                face.outbox().remove(lane);
                face.sent(next, error == 0);
                sent++;
                next = face.outbox().peek(lane);
            }
        }
        return sent > 0;
    }

    private int deal(GuardedSocket open, List<byte[]> frames) {
        PortEvents hook = events;
        return hook != null && settings.type().deals()
                ? hook.arrivals().deal(() -> send(open, frames))
                : send(open, frames);
    }

    private static int send(GuardedSocket open, List<byte[]> frames) {
        for (int i = 0; i < frames.size(); i++) {
            int error = open.send(new Msg(frames.get(i)), i < frames.size() - 1 ? ZMQ.ZMQ_SNDMORE : 0);
            if (error != 0 && i == 0 && (error == ZError.EAGAIN || error == ZError.EHOSTUNREACH)) {
                return error;
            }
            if (error != 0) {
                throw new JeromqFailure("frame " + i + " of a message was not taken: error " + error);
            }
        }
        return 0;
    }

    /**
     * Whether JeroMQ would deal messages to a connection that is no peer yet, and perhaps never will be, or to one that has just
     * ended: they would be lost. It lasts for a greeting at most, so that strangers who come all the time cannot hold everything up.
     */
    private boolean mayLose(long now) {
        if (!settings.type().deals()) {
            return false;
        }
        forgetAdmitted(now);
        AcceptedConnections crowd = accepted;
        int strangers = crowd == null ? 0 : crowd.acceptedAfter(now - GREETING_NANOS) - admitted.size();
        boolean hold = strangers > 0
                || now - detachedBy < 0
                || dials.values().stream().anyMatch(dial -> dial.isUncertain(now));
        if (hold && !heldBack) {
            heldBackSince = now;
        }
        heldBack = hold;
        return hold && now - heldBackSince < GREETING_NANOS + DETACHING_NANOS;
    }

    private void forgetAdmitted(long now) {
        while (!admitted.isEmpty() && now - admitted.peek() > GREETING_NANOS) {
            admitted.remove();
        }
    }

    private int receive(GuardedSocket open) {
        int count = 0;
        while (count < MOST_MESSAGES
                && (settings.curve() != null || face.inbox().hasRoom())) {
            Msg first = open.receive();
            if (first == null) {
                return count;
            }
            count++;
            take(open, first);
        }
        if (count == 0) {
            open.service();
        }
        return count;
    }

    private void take(GuardedSocket open, Msg first) {
        List<byte[]> frames = new ArrayList<>(2);
        long bytes = 0;
        String fault = "";
        Msg part = first;
        while (true) {
            bytes += part.size();
            if (frames.size() > settings.maxFrames() || bytes > settings.maxMessage() + ROUTING_ID) {
                fault = "a message above the limits";
            } else {
                frames.add(part.data());
            }
            fault = fault.isEmpty() ? SocketOptions.faultOf(settings, part) : fault;
            if (!part.hasMore()) {
                break;
            }
            Msg next = open.receive();
            if (next == null) {
                throw new JeromqFailure("a message without its end");
            }
            part = next;
        }
        if (settings.type() == NativeType.PUB) {
            return;
        }
        if (fault.isEmpty()) {
            face.received(frames);
        } else {
            Metadata metadata = part.getMetadata();
            String from = metadata == null ? null : metadata.get(Metadata.PEER_ADDRESS);
            cut(from == null ? "" : from, fault);
        }
    }

    /** How long nothing needs to be done unless something is told. */
    long quietNanos(long now) {
        long quiet = stalled || heldBack || listeners.isLosing() ? RETRY_NANOS : Long.MAX_VALUE;
        for (Dial dial : dials.values()) {
            quiet = Math.min(quiet, dial.quietNanos(now));
        }
        return quiet;
    }

    void sweep(long now) {
        AcceptedConnections crowd = accepted;
        if (crowd != null) {
            crowd.sweep(now);
        }
    }

    /** Ends it; JeroMQ writes what it took for so long. */
    void close(int lingerMillis) {
        GuardedSocket open = socket;
        socket = null;
        if (open != null) {
            listeners.endpoints().forEach(endpoint -> loop.release(endpoint.port()));
            loop.context().release(open, lingerMillis);
        }
        loop.zap().forget(domain);
    }
}
