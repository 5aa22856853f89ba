package io.parley.transport.internal.guard;

import io.parley.core.spi.TransportTrouble;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * A JeroMQ context with the selector in which the thread that owns its sockets waits for them, and a socket of its own to push
 * stuck greetings with. When an Error reached one of its threads it has failed, and must be closed and made anew.
 */
public final class GuardedContext {
    /** More exceptions than this between two services are a thread that spins. */
    private static final int MOST_EXCEPTIONS = 1_000;

    /** So often may the mailboxes be readable and empty before that is taken for a stopped writer. */
    private static final int MOST_EMPTY_WAKES = 3;

    /** A push binds and ends a socket: the threads have better things to do than that all the time. */
    private static final long PUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** What closing may take beyond the linger. */
    private static final long CLOSE_MILLIS = 500;

    private final Setup setup;
    private final WatchedCtx ctx;
    private final GuardedSocket pusher;
    private final Selector selector;
    private final List<GuardedSocket> sockets = new ArrayList<>();
    private final AtomicInteger exceptions = new AtomicInteger();
    private volatile @Nullable String failure;
    private int emptyWakes;
    private boolean pushed;
    private long lastPush;
    private long rounds;

    /**
     * What a context is made with.
     *
     * @param name for the names of its threads
     * @param maxSockets how many sockets it can hold
     */
    public record Setup(
            String name, int maxSockets, int ioThreads, LongSupplier nanos, Interrupts interrupts, Troubles troubles) {}

    /** Starts it. */
    public GuardedContext(Setup setup) {
        this.setup = setup;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new JeromqFailure("selector", e);
        }
        this.ctx = new WatchedCtx(setup.name(), e -> fail(e.toString()), this::exception);
        try {
            ctx.set(ZMQ.ZMQ_IO_THREADS, setup.ioThreads());
            ctx.set(ZMQ.ZMQ_MAX_SOCKETS, setup.maxSockets() + 1);
            ctx.set(ZMQ.ZMQ_IPV6, 1);
            this.pusher = new GuardedSocket(create(ZMQ.ZMQ_ROUTER), setup.interrupts());
        } catch (RuntimeException e) {
            abandon();
            throw new JeromqFailure("context", e);
        }
    }

    /** Makes a socket; the caller guards it, and gives it to {@link #watch}. */
    public SocketBase create(int type) {
        SocketBase socket = ctx.createSocket(type);
        if (socket == null) {
            throw new JeromqFailure("no socket of type " + type + ": " + GuardedSocket.error());
        }
        return socket;
    }

    /** From now on its mailbox ends a wait, and it is serviced. */
    public void watch(GuardedSocket socket) {
        try {
            socket.mailbox().register(selector, SelectionKey.OP_READ, socket);
        } catch (IOException e) {
            throw new JeromqFailure("watch", e);
        }
        sockets.add(socket);
    }

    /** Ends a socket that was watched; JeroMQ writes what it has taken for so long, and lets go of its ports soon after. */
    public void release(GuardedSocket socket, int lingerMillis) {
        sockets.remove(socket);
        SelectionKey key = socket.mailbox().keyFor(selector);
        if (key != null) {
            key.cancel();
        }
        socket.close(lingerMillis);
    }

    private void exception(Throwable e) {
        setup.troubles().add(TransportTrouble.PROTOCOL_ERROR, "a connection caused " + e);
        if (exceptions.incrementAndGet() > MOST_EXCEPTIONS) {
            fail("an I/O thread repeats " + e);
        }
    }

    /** It must be made anew. Any thread. */
    public void fail(String reason) {
        failure = reason;
        selector.wakeup();
    }

    /** Why it must be made anew; null while all is well. */
    public @Nullable String failure() {
        return failure;
    }

    /** Ends a wait, or the next one. Any thread. */
    public void wake() {
        selector.wakeup();
    }

    /** How often the owner came out of a wait: for tests. */
    public long rounds() {
        return rounds;
    }

    /**
     * Waits until a mailbox has something, or for {@link #wake}. All sockets must have said before that they have nothing.
     *
     * @return whether a mailbox has something
     */
    public boolean await(long nanos) {
        boolean readable = false;
        try {
            long millis = (nanos + 999_999) / 1_000_000;
            int ready = millis <= 0 ? selector.selectNow() : selector.select(millis);
            rounds++;
            setup.interrupts().note();
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
    public boolean emptyWake() {
        emptyWakes++;
        if (emptyWakes < MOST_EMPTY_WAKES) {
            return false;
        }
        emptyWakes = 0;
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.isReadable()) {
                ((GuardedSocket) key.attachment()).settle();
            }
        }
        return true;
    }

    /** Something came of the last wait. */
    public void fullWake() {
        emptyWakes = 0;
    }

    /** Empties the mailboxes, also those of sockets that nobody reads from. */
    public void service() {
        exceptions.set(0);
        sockets.forEach(GuardedSocket::service);
        pusher.service();
    }

    /**
     * Pushes greetings that are stuck. JeroMQ takes the cancelled selector key of connecting for that of the connection, and
     * notices when the same thread next changes any key: so make each of them do that. It frees all that are stuck, so one of
     * many that ask for it at once does; who comes too late for that asks again.
     */
    public void push() {
        long now = setup.nanos().getAsLong();
        if (pushed && now - lastPush < PUSH_NANOS) {
            return;
        }
        pushed = true;
        lastPush = now;
        for (int thread = 0; thread < setup.ioThreads(); thread++) {
            pusher.set(ZMQ.ZMQ_AFFINITY, 1L << thread);
            int port = pusher.bind("tcp://127.0.0.1:*");
            if (port > 0) {
                pusher.end("tcp://127.0.0.1:" + port);
            }
        }
    }

    /**
     * Writes what was taken for at most the linger, and ends everything, first the sockets that were made last. Waits
     * not much longer than that.
     */
    public void close(long lingerMillis) {
        closeSelector();
        int linger = (int) Math.min(Math.max(lingerMillis, 0), Integer.MAX_VALUE / 2);
        boolean asked = true;
        for (int i = sockets.size() - 1; i >= 0; i--) {
            GuardedSocket socket = sockets.get(i);
            asked = closeSocket(socket, linger) && asked;
        }
        sockets.clear();
        asked = closeSocket(pusher, 0) && asked;
        Thread closer = new Thread(this::terminate, "parley-" + setup.name() + "-zmq-close");
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

    private static boolean closeSocket(GuardedSocket socket, int linger) {
        try {
            socket.close(linger);
            return true;
        } catch (JeromqFailure e) {
            return false;
        }
    }

    private boolean join(Thread thread, long millis) {
        long end = setup.nanos().getAsLong() + millis * 1_000_000;
        long left = millis;
        while (thread.isAlive() && left > 0) {
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                setup.interrupts().swallowed();
            }
            left = (end - setup.nanos().getAsLong()) / 1_000_000;
        }
        return !thread.isAlive();
    }

    /** Takes away what its threads need, without order. */
    public void abandon() {
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
