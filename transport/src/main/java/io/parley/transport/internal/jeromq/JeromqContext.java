package io.parley.transport.internal.jeromq;

import io.parley.transport.internal.guard.AcceptedConnections;
import io.parley.transport.internal.guard.DialEvents;
import io.parley.transport.internal.guard.GuardedContext;
import io.parley.transport.internal.guard.Interrupts;
import io.parley.transport.internal.guard.JeromqFailure;
import io.parley.transport.internal.guard.Troubles;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/** A JeroMQ context with the two sockets of a transport. When it has failed it must be closed and made anew. */
final class JeromqContext {
    private static final int SOCKETS = 2;

    private final GuardedContext context;
    private final RouterSocket in;
    private final RouterSocket out;
    private final AcceptedConnections accepted;
    private final DialEvents dialEvents;

    /** What a context is made with. */
    record Surroundings(
            String name,
            Tuning tuning,
            int maxConnections,
            LongSupplier nanos,
            IntSupplier roomToAccept,
            Interrupts interrupts,
            Troubles troubles) {}

    JeromqContext(Surroundings with) {
        context = new GuardedContext(new GuardedContext.Setup(
                with.name(),
                SOCKETS,
                Tuning.ioThreads(with.maxConnections()),
                with.nanos(),
                with.interrupts(),
                with.troubles()));
        try {
            in = router(with);
            out = router(with);
            accepted = new AcceptedConnections(
                    with.tuning().firstFrameNanos(), with.nanos(), with.roomToAccept(), with.troubles());
            dialEvents = new DialEvents(context::wake);
            in.hook(accepted, AcceptedConnections.EVENTS);
            out.hook(dialEvents, DialEvents.EVENTS);
        } catch (RuntimeException e) {
            context.abandon();
            throw new JeromqFailure("context", e);
        }
    }

    private RouterSocket router(Surroundings with) {
        RouterSocket socket = new RouterSocket(context.create(ZMQ.ZMQ_ROUTER), with.tuning(), with.interrupts());
        context.watch(socket);
        return socket;
    }

    /** It must be made anew. Any thread. */
    void fail(String reason) {
        context.fail(reason);
    }

    /** Why it must be made anew; null while all is well. */
    @Nullable String failure() {
        return context.failure();
    }

    RouterSocket in() {
        return in;
    }

    RouterSocket out() {
        return out;
    }

    AcceptedConnections accepted() {
        return accepted;
    }

    DialEvents dialEvents() {
        return dialEvents;
    }

    /** Ends a wait, or the next one. Any thread. */
    void wake() {
        context.wake();
    }

    /** How often the loop came out of a wait: for tests. */
    long rounds() {
        return context.rounds();
    }

    /** As {@link GuardedContext#await}. */
    boolean await(long nanos) {
        return context.await(nanos);
    }

    /** As {@link GuardedContext#emptyWake}. */
    boolean emptyWake() {
        return context.emptyWake();
    }

    /** As {@link GuardedContext#fullWake}. */
    void fullWake() {
        context.fullWake();
    }

    /** Empties the mailboxes, also those of sockets that nobody reads from. */
    void service() {
        context.service();
    }

    /** Pushes greetings that are stuck. */
    void push() {
        context.push();
    }

    /** Writes what was taken for at most the linger, and ends everything. Waits not much longer than that. */
    void close(long lingerMillis) {
        context.close(lingerMillis);
    }
}
