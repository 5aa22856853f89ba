package io.parley.transport.internal.jeromq;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportLimits;
import io.parley.core.spi.TransportLimits.Polling;
import io.parley.core.spi.TransportLimits.Writable;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.Guard;
import io.parley.transport.internal.guard.Interrupts;
import io.parley.transport.internal.guard.JeromqFailure;
import io.parley.transport.internal.guard.Listeners;
import io.parley.transport.internal.guard.NumericAddress;
import io.parley.transport.internal.guard.Troubles;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The transport's face: keeps interrupts away, waits, and makes a context that has failed anew. What happens on links is
 * {@link LinkTable}'s.
 */
final class JeromqTransport implements Transport {
    private static final TransportLimits LIMITS = new TransportLimits(
            Tuning.MAX_FRAME, Tuning.BEST_FRAME, Writable.SIGNALLED, Polling.ONE_THREAD, Tuning.WINDOW);

    private static final long REBUILD_NANOS = 50_000_000;
    private static final long REBUILD_CLOSE_MILLIS = 0;

    private final TransportContext settings;
    private final Tuning tuning;
    private final Interrupts interrupts = new Interrupts();
    private final Troubles troubles = new Troubles();
    private final Listeners listeners = new Listeners();
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Replaced by the loop only; read by whoever wakes it. */
    private volatile JeromqContext context;

    private volatile LinkTable links;
    private boolean closed;
    private boolean contextIsOver;
    private long nextService;
    private long nextRebuild;

    JeromqTransport(TransportContext settings, Tuning tuning) {
        this.settings = settings;
        this.tuning = tuning;
        this.context = newContext();
        this.links = newLinks();
    }

    private JeromqContext newContext() {
        return new JeromqContext(new JeromqContext.Surroundings(
                settings.name(),
                tuning,
                settings.maxConnections(),
                settings.clock()::nanos,
                this::roomToAccept,
                interrupts,
                troubles));
    }

    private LinkTable newLinks() {
        return new LinkTable(context, troubles, settings.maxConnections());
    }

    private int roomToAccept() {
        LinkTable current = links;
        return settings.maxConnections()
                - (current == null ? 0 : current.dialler().size());
    }

    @Override
    public TransportLimits limits() {
        return LIMITS;
    }

    @Override
    public Endpoint bind(Endpoint endpoint) {
        interrupts.hold();
        try {
            mustBeOpen();
            return listeners.bind(endpoint, context.in());
        } catch (JeromqFailure e) {
            context.fail(String.valueOf(e.getMessage()));
            throw new ParleyException(ErrorCode.INTERNAL, "bind " + endpoint + ": " + e.getMessage(), e);
        } finally {
            interrupts.release();
        }
    }

    @Override
    public void dial(Endpoint endpoint) {
        InetSocketAddress address = NumericAddress.toDial(endpoint);
        interrupts.hold();
        try {
            mustBeOpen();
            links.dial(endpoint, address, settings.clock().nanos());
        } catch (JeromqFailure e) {
            context.fail(String.valueOf(e.getMessage()));
        } finally {
            interrupts.release();
        }
    }

    @Override
    public void hangUp(Endpoint endpoint) {
        interrupts.hold();
        try {
            if (!closed) {
                links.hangUp(endpoint, settings.clock().nanos());
            }
        } catch (JeromqFailure e) {
            context.fail(String.valueOf(e.getMessage()));
        } finally {
            interrupts.release();
        }
    }

    @Override
    public Sent send(Link link, OutFrame frame) {
        if (frame.bytes() > Tuning.MAX_FRAME) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "frame of " + frame.bytes() + " B, expected at most " + Tuning.MAX_FRAME);
        }
        interrupts.hold();
        try {
            return isAlive()
                    ? links.send((JeromqLink) link, frame, settings.clock().nanos())
                    : Sent.DOWN;
        } catch (JeromqFailure e) {
            context.fail(String.valueOf(e.getMessage()));
            return Sent.DOWN;
        } finally {
            interrupts.release();
        }
    }

    @Override
    public void drop(Link link) {
        interrupts.hold();
        try {
            if (isAlive()) {
                links.drop((JeromqLink) link, "dropped");
            }
        } catch (JeromqFailure e) {
            context.fail(String.valueOf(e.getMessage()));
        } finally {
            interrupts.release();
        }
    }

    @Override
    public void poll(long maxNanos, TransportListener listener) {
        interrupts.hold();
        try {
            pollUntil(settings.clock().nanos(), maxNanos, listener);
        } finally {
            interrupts.release();
        }
    }

    private void pollUntil(long start, long maxNanos, TransportListener listener) {
        boolean readable = false;
        while (!closed) {
            long now = settings.clock().nanos();
            int told = turn(now, listener);
            if (told > 0) {
                context.fullWake();
                return;
            }
            if (woken.get() && woken.getAndSet(false)) {
                return;
            }
            long left = maxNanos - (now - start);
            if (left <= 0) {
                return;
            }
            boolean touched = readable && context.emptyWake();
            readable = !touched && await(Math.min(left, quietNanos(now)));
        }
    }

    private boolean await(long nanos) {
        if (contextIsOver) {
            // there is no selector to wait in
            LockSupport.parkNanos(this, Math.min(nanos, Tuning.RETRY_NANOS));
            interrupts.note();
            return false;
        }
        return context.await(nanos);
    }

    private long quietNanos(long now) {
        long quiet = Math.min(Math.max(0, nextService - now), links.quietNanos(now));
        return listeners.isLosing() ? Math.min(quiet, Tuning.RETRY_NANOS) : quiet;
    }

    private int turn(long now, TransportListener listener) {
        try {
            if (context.failure() != null) {
                return rebuild(now, listener);
            }
            if (listeners.isLosing()) {
                listeners.recover(context.in());
            }
            if (nextService - now <= 0) {
                nextService = now + Guard.SERVICE_NANOS;
                context.service();
                links.sweep(now);
            }
            return links.turn(now, listener) + troubles.tell(listener::trouble);
        } catch (JeromqFailure e) {
            context.fail(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    private int rebuild(long now, TransportListener listener) {
        String reason = "JeroMQ failed: " + context.failure();
        int told = 0;
        try {
            told = links.loseAll(reason, listener);
        } finally {
            abandonContext(now);
        }
        if (nextRebuild - now > 0) {
            return told;
        }
        nextRebuild = now + REBUILD_NANOS;
        context = newContext();
        links = newLinks();
        contextIsOver = false;
        listeners.recover(context.in());
        troubles.add(TransportTrouble.REBUILT, reason);
        return told + troubles.tell(listener::trouble);
    }

    private void abandonContext(long now) {
        if (!contextIsOver) {
            contextIsOver = true;
            nextRebuild = now;
            listeners.lose();
            context.close(REBUILD_CLOSE_MILLIS);
        }
    }

    @Override
    public void wakeUp() {
        if (!woken.get() && woken.compareAndSet(false, true)) {
            context.wake();
        }
    }

    @Override
    public void close(Duration linger) {
        if (closed) {
            return;
        }
        closed = true;
        interrupts.hold();
        try {
            if (!contextIsOver) {
                context.close(flush(millis(linger)));
            }
        } finally {
            interrupts.release();
        }
    }

    /** Hands over to JeroMQ what it had no room for, and says what is left of the linger. */
    private long flush(long lingerMillis) {
        long end = settings.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(lingerMillis);
        long left = end - settings.clock().nanos();
        try {
            while (context.failure() == null && !links.outbox().flushAll() && left > 0) {
                context.await(Math.min(left, Tuning.RETRY_NANOS));
                left = end - settings.clock().nanos();
            }
        } catch (JeromqFailure e) {
            context.fail(String.valueOf(e.getMessage()));
        }
        return TimeUnit.NANOSECONDS.toMillis(Math.max(0, left));
    }

    private static long millis(Duration linger) {
        return linger.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1).toMillis() : linger.toMillis();
    }

    private boolean isAlive() {
        return !closed && context.failure() == null;
    }

    private void mustBeOpen() {
        if (closed) {
            throw new ParleyException(ErrorCode.CLOSED, "this transport is closed");
        }
    }

    /** For tests. */
    JeromqContext context() {
        return context;
    }

    /** For tests. */
    LinkTable links() {
        return links;
    }
}
