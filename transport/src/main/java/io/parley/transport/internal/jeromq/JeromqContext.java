package io.parley.transport.internal.jeromq;

import io.parley.core.spi.TransportTrouble;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * A JeroMQ context with the three sockets of a transport, and the selector in which the loop waits for them. When an Error
 * reached one of its threads it has failed, and must be closed and made anew.
 */
final class JeromqContext {
    private static final int MOST_SOCKETS = 8;

    /** More exceptions than this between two services are a thread that spins. */
    private static final int MOST_EXCEPTIONS = 1_000;

    /** So often may the mailboxes be readable and empty before that is taken for a stopped writer. */
    private static final int MOST_EMPTY_WAKES = 3;

    /** What closing may take beyond the linger. */
    private static final long CLOSE_MILLIS = 500;

    private final String name;
    private final Interrupts interrupts;
    private final LongSupplier nanos;
    private final WatchedCtx ctx;
    private final int ioThreads;
    private final RouterSocket in;
    private final RouterSocket out;
    private final RouterSocket pusher;
    private final AcceptedConnections accepted;
    private final DialEvents dialEvents;
    private final Selector selector;
    private final SelectionKey inKey;
    private final SelectionKey outKey;
    private final AtomicInteger exceptions = new AtomicInteger();
    private volatile @Nullable String failure;
    private int emptyWakes;
    private long rounds;

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
        this.name = with.name();
        this.interrupts = with.interrupts();
        this.nanos = with.nanos();
        this.ioThreads = Tuning.ioThreads(with.maxConnections());
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new JeromqFailure("selector", e);
        }
        this.ctx = new WatchedCtx(name, e -> fail(e.toString()), e -> exception(e, with.troubles()));
        try {
            ctx.set(ZMQ.ZMQ_IO_THREADS, ioThreads);
            ctx.set(ZMQ.ZMQ_MAX_SOCKETS, MOST_SOCKETS);
            ctx.set(ZMQ.ZMQ_IPV6, 1);
            this.in = router(with.tuning());
            this.out = router(with.tuning());
            this.pusher = router(with.tuning());
            this.accepted = new AcceptedConnections(
                    with.tuning().firstFrameNanos(), with.nanos(), with.roomToAccept(), with.troubles());
            this.dialEvents = new DialEvents(selector::wakeup);
            in.hook(accepted, AcceptedConnections.EVENTS);
            out.hook(dialEvents, DialEvents.EVENTS);
            this.inKey = in.mailbox().register(selector, SelectionKey.OP_READ);
            this.outKey = out.mailbox().register(selector, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            abandon();
            throw new JeromqFailure("context", e);
        }
    }

    private RouterSocket router(Tuning tuning) {
        SocketBase socket = ctx.createSocket(ZMQ.ZMQ_ROUTER);
        if (socket == null) {
            throw new JeromqFailure("no socket");
        }
        return new RouterSocket(socket, tuning, interrupts);
    }

    private void exception(Throwable e, Troubles troubles) {
        troubles.add(TransportTrouble.PROTOCOL_ERROR, "a connection caused " + e);
        if (exceptions.incrementAndGet() > MOST_EXCEPTIONS) {
            fail("an I/O thread repeats " + e);
        }
    }

    /** It must be made anew. Any thread. */
    void fail(String reason) {
        failure = reason;
        selector.wakeup();
    }

    /** Why it must be made anew; null while all is well. */
    @Nullable String failure() {
        return failure;
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
        selector.wakeup();
    }

    /** How often the loop came out of a wait: for tests. */
    long rounds() {
        return rounds;
    }

    /**
     * Waits until a mailbox has something, or for {@link #wake}. Both sockets must have said before that they have nothing.
     *
     * @return whether a mailbox has something
     */
    boolean await(long nanos) {
        boolean readable = false;
        try {
            long millis = (nanos + 999_999) / 1_000_000;
            int ready = millis <= 0 ? selector.selectNow() : selector.select(millis);
            rounds++;
            interrupts.note();
            if (ready > 0) {
                readable = true;
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            fail(e.toString());
        }
        return readable;
    }

    /**
     * A mailbox was readable, and nothing came of it.
     *
     * @return whether the sockets were touched, so that they must be asked again before the next wait
     */
    boolean emptyWake() {
        emptyWakes++;
        if (emptyWakes < MOST_EMPTY_WAKES) {
            return false;
        }
        emptyWakes = 0;
        if (inKey.isReadable()) {
            in.settle();
        }
        if (outKey.isReadable()) {
            out.settle();
        }
        return true;
    }

    /** Something came of the last wait. */
    void fullWake() {
        emptyWakes = 0;
    }

    /** Empties the mailboxes, also those of sockets that nobody reads from. */
    void service() {
        exceptions.set(0);
        in.service();
        out.service();
        pusher.service();
    }

    /**
     * Pushes greetings that are stuck. JeroMQ takes the cancelled selector key of connecting for that of the connection, and
     * notices when the same thread next changes any key: so make each of them do that.
     */
    void push() {
        for (int thread = 0; thread < ioThreads; thread++) {
            pusher.set(ZMQ.ZMQ_AFFINITY, 1L << thread);
            int port = pusher.bind("tcp://127.0.0.1:*");
            if (port > 0) {
                pusher.end("tcp://127.0.0.1:" + port);
            }
        }
    }

    /** Writes what was taken for at most the linger, and ends everything. Waits not much longer than that. */
    void close(long lingerMillis) {
        closeSelector();
        int linger = (int) Math.min(Math.max(lingerMillis, 0), Integer.MAX_VALUE / 2);
        boolean asked = closeSocket(in, linger);
        asked = closeSocket(out, linger) && asked;
        asked = closeSocket(pusher, 0) && asked;
        Thread closer = new Thread(this::terminate, "parley-" + name + "-zmq-close");
        closer.setDaemon(true);
        closer.start();
        if (!asked || !join(closer, linger + CLOSE_MILLIS)) {
            ctx.abandon();
            closer.interrupt();
            join(closer, CLOSE_MILLIS);
        }
    }

    private void terminate() {
        try {
            ctx.terminate();
        } catch (RuntimeException | AssertionError e) {
            // only after it was abandoned; then its selectors are closed, and its threads end
            ctx.abandon();
        }
    }

    private static boolean closeSocket(RouterSocket socket, int linger) {
        try {
            socket.close(linger);
            return true;
        } catch (JeromqFailure e) {
            return false;
        }
    }

    private boolean join(Thread thread, long millis) {
        long end = nanos.getAsLong() + millis * 1_000_000;
        long left = millis;
        while (thread.isAlive() && left > 0) {
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                interrupts.swallowed();
            }
            left = (end - nanos.getAsLong()) / 1_000_000;
        }
        return !thread.isAlive();
    }

    private void abandon() {
        ctx.abandon();
        closeSelector();
    }

    private void closeSelector() {
        try {
            // what is registered here keeps its descriptor until this is closed
            selector.close();
        } catch (IOException e) {
            fail(e.toString());
        }
    }
}
