package io.parley.transport.internal.plain;

import io.parley.core.identity.Endpoint;
import io.parley.transport.internal.guard.DialEvents;
import io.parley.transport.internal.guard.Guard;
import io.parley.transport.internal.guard.NumericAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/**
 * One address that a socket connects to, again and again. JeroMQ's own reconnecting is not used: it never comes back from a
 * port where something else listens, and knows no deadline.
 *
 * <pre>
 * WAITING ──its time──▶ CONNECTING ──TCP is up──▶ GREETING ──greeted──▶ UP
 *    ▲                      │                        │                  │
 *    └──────── refused, too late, broken, not ZMTP ──┴──────────────────┘
 * </pre>
 */
final class Dial {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);
    private static final int ZMTP_3 = 3;

    /** With CURVE the keys are looked at after the greeting, of which JeroMQ tells nothing when they are right. */
    private static final long CURVE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Where it stands. */
    enum Phase {
        WAITING,
        CONNECTING,
        GREETING,
        UP
    }

    /** What it needs of the socket. */
    interface Connector {
        void connect(String address);

        void end(String address);

        void push(String address);

        void failed(Dial dial, String reason);
    }

    final Endpoint endpoint;
    final String canonical;

    private final InetSocketAddress address;
    private final Connector connector;
    private final long certainAfter;
    private Phase phase = Phase.WAITING;

    /** When the next dial is, or the deadline of this one; or when it was greeted. */
    private long at;

    private long connectedAt;
    private int pushes;
    private long pause = FIRST_PAUSE;
    private volatile @Nullable SocketChannel channel;

    Dial(Endpoint endpoint, InetSocketAddress address, SocketSettings settings, Connector connector) {
        this.endpoint = endpoint;
        this.address = address;
        this.canonical = NumericAddress.canonical(address);
        this.connector = connector;
        this.certainAfter = settings.curve() == null ? 0 : CURVE_NANOS;
    }

    /** From the beginning, at once: the socket is a new one. */
    void reset(long now) {
        phase = Phase.WAITING;
        at = now;
        channel = null;
    }

    boolean isUp() {
        return phase == Phase.UP;
    }

    /** Whether there is a connection that may turn out not to be one: what JeroMQ is given for it now may be lost. */
    boolean isUncertain(long now) {
        return phase == Phase.GREETING || phase == Phase.UP && now - at < certainAfter;
    }

    /** Does what is due. */
    void turn(long now) {
        switch (phase) {
            case WAITING -> {
                if (now - at >= 0) {
                    phase = Phase.CONNECTING;
                    at = now + Guard.DIAL_NANOS;
                    pushes = 0;
                    channel = null;
                    connector.connect(canonical);
                }
            }
            case CONNECTING -> again(now, now - at >= 0, "not answered within 2 s");
            case GREETING -> {
                if (now - connectedAt >= (pushes + 1) * Guard.STUCK_NANOS) {
                    pushes++;
                    connector.push(canonical);
                }
                again(now, now - at >= 0 || isClosed(), "it did not greet");
            }
            case UP -> again(now, isClosed(), "the connection broke");
        }
    }

    private boolean isClosed() {
        SocketChannel open = channel;
        return open != null && !open.isOpen();
    }

    private void again(long now, boolean over, String reason) {
        if (!over) {
            return;
        }
        connector.end(canonical);
        if (phase == Phase.UP && now - at > LONGEST_PAUSE) {
            pause = FIRST_PAUSE;
        }
        phase = Phase.WAITING;
        at = now + pause;
        pause = Math.min(LONGEST_PAUSE, 2 * pause);
        connector.failed(this, reason);
    }

    /** Something that JeroMQ's thread told of this address. */
    void take(DialEvents.Event event, long now) {
        switch (event.kind()) {
            case ZMQ.ZMQ_EVENT_CONNECTED -> {
                if (phase == Phase.CONNECTING) {
                    phase = Phase.GREETING;
                    channel = event.channel();
                    connectedAt = now;
                }
            }
            case ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL -> {
                if (phase == Phase.GREETING) {
                    again(now, event.number() < ZMTP_3, "it does not speak ZMTP 3");
                }
                if (phase == Phase.GREETING) {
                    phase = Phase.UP;
                    at = now;
                }
            }
            case ZMQ.ZMQ_EVENT_CLOSED -> again(now, phase == Phase.CONNECTING, "refused, or not reachable");
            case ZMQ.ZMQ_EVENT_DISCONNECTED -> {
                boolean greeting = phase == Phase.GREETING || phase == Phase.UP && now - at < certainAfter;
                again(
                        now,
                        phase != Phase.WAITING && channel != null && channel == event.channel(),
                        greeting ? "it does not speak ZMTP, or refuses us" : "the connection broke");
            }
            default -> {}
        }
    }

    /** Ends the connection from there, if it is this. Any thread. */
    void cut(String remote) {
        SocketChannel open = channel;
        if (open != null && NumericAddress.hostAndPort(address).equals(remote)) {
            try {
                open.shutdownInput();
            } catch (IOException | RuntimeException ignored) {
                // it is closed already
            }
        }
    }

    void end() {
        if (phase != Phase.WAITING) {
            connector.end(canonical);
        }
    }

    /** How long nothing needs to be done unless something is told. */
    long quietNanos(long now) {
        return switch (phase) {
            case WAITING, CONNECTING -> Math.max(0, at - now);
            case GREETING -> Math.max(0, Math.min(at - now, connectedAt + (pushes + 1) * Guard.STUCK_NANOS - now));
            case UP -> Math.max(certainAfter - (now - at), 0) == 0 ? Long.MAX_VALUE : certainAfter - (now - at);
        };
    }
}
