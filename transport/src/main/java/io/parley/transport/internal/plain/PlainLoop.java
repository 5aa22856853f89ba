package io.parley.transport.internal.plain;

import io.parley.core.Node;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Companion;
import io.parley.core.spi.Host;
import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.Guard;
import io.parley.transport.internal.guard.GuardedContext;
import io.parley.transport.internal.guard.Interrupts;
import io.parley.transport.internal.guard.JeromqFailure;
import io.parley.transport.internal.guard.Troubles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The thread that owns a node's native sockets, and what others ask of it. It is started by the first socket, and ends with the
 * node. What JeroMQ breaks is made anew: sockets listen, dial and subscribe again as they did.
 */
public final class PlainLoop implements Companion {
    /** A socket costs four descriptors. */
    private static final int MOST_SOCKETS = 256;

    private static final long ANSWER_SECONDS = 10;
    private static final long REBUILD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RELEASE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long END_MILLIS = 1_000;

    private final Host host;
    private final Interrupts interrupts = new Interrupts();
    private final Troubles troubles = new Troubles();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Port> ports = new ArrayList<>();
    private final Map<Integer, Long> released = new HashMap<>();
    private final AtomicInteger names = new AtomicInteger();
    private final Thread thread;

    /** Replaced by the thread only; read by whoever wakes it. */
    private volatile GuardedContext context;

    private ZapHandler zap;
    private long nextService;
    private volatile boolean closing;
    private boolean over;
    private boolean contextIsOver;
    private long lingerEnd;

    private PlainLoop(Host host) {
        this.host = host;
        this.context = newContext();
        this.zap = new ZapHandler(context, interrupts, troubles);
        this.thread = new Thread(this::run, "parley-" + host.name() + "-plain");
        thread.setDaemon(true);
        thread.start();
    }

    /** That of a node. */
    public static PlainLoop of(Node node) {
        try {
            return node.companion(PlainLoop.class, PlainLoop::new);
        } catch (JeromqFailure e) {
            throw new ParleyException(
                    ErrorCode.INTERNAL, "plain sockets could not be started, perhaps for lack of descriptors: " + e, e);
        }
    }

    /**
     * Makes a socket.
     *
     * @param name for events
     * @param handler gets each message, on handler threads, one after another
     * @throws ParleyException TOO_MANY_SOCKETS, CLOSED
     */
    public NativeSocket open(SocketSettings settings, String name, Consumer<List<byte[]>> handler) {
        NativeSocket face = new NativeSocket(this, settings, name, handler);
        Port port = new Port(face, this, "parley-" + names.incrementAndGet());
        ask(() -> {
            if (ports.size() >= MOST_SOCKETS) {
                throw new ParleyException(
                        ErrorCode.TOO_MANY_SOCKETS,
                        "node '" + host.name() + "' has " + ports.size()
                                + " plain sockets, the most that it can have; close some, or let one talk to several peers");
            }
            port.open();
            ports.add(port);
            return port;
        });
        face.port(port);
        return face;
    }

    private GuardedContext newContext() {
        return new GuardedContext(new GuardedContext.Setup(
                host.name() + "-plain", MOST_SOCKETS + 1, 1, this::nanos, interrupts, troubles));
    }

    Host host() {
        return host;
    }

    long nanos() {
        return host.clock().nanos();
    }

    Interrupts interrupts() {
        return interrupts;
    }

    Troubles troubles() {
        return troubles;
    }

    GuardedContext context() {
        return context;
    }

    ZapHandler zap() {
        return zap;
    }

    void happened(Happening what, long count, NativeSocket socket, String detail) {
        host.happened(what, count, socket.name(), detail);
    }

    /** Ends a wait, or the next one. Any thread. */
    void wake() {
        context.wake();
    }

    /** Runs something on the thread. */
    void run(Runnable command) {
        commands.add(command);
        wake();
    }

    /** Asks the thread, and waits for its answer. */
    <R> R ask(Supplier<R> question) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        run(() -> {
            if (over) {
                answer.completeExceptionally(closed());
                return;
            }
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
                if (e instanceof JeromqFailure) {
                    throw e;
                }
            }
        });
        if (!thread.isAlive()) {
            throw closed();
        }
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, "interrupted while asking for a plain socket", e);
        } catch (TimeoutException e) {
            throw closed();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ParleyException ours
                    ? ours
                    : new ParleyException(ErrorCode.INTERNAL, "a plain socket failed: " + e.getCause(), e.getCause());
        }
    }

    private ParleyException closed() {
        return new ParleyException(
                ErrorCode.CLOSED, "node '" + host.name() + "' is closed, and its plain sockets with it");
    }

    /** A port of ours was closed: for a moment the system may still say that it is in use. */
    void release(int port) {
        released.put(port, nanos());
    }

    boolean released(int port) {
        Long at = released.get(port);
        return at != null && nanos() - at < RELEASE_NANOS;
    }

    private void run() {
        interrupts.hold();
        while (!over) {
            try {
                turn(nanos());
            } catch (JeromqFailure e) {
                context.fail(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                host.happened(Happening.LOOP_FAILED, 1, "", "plain sockets: " + e);
                context.fail(e.toString());
            }
        }
        runCommands();
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void turn(long now) {
        if (context.failure() != null) {
            rebuild();
        }
        runCommands();
        if (nextService - now <= 0) {
            nextService = now + Guard.SERVICE_NANOS;
            context.service();
            ports.forEach(port -> port.sweep(now));
            released.values().removeIf(at -> now - at > RELEASE_NANOS);
        }
        boolean busy = zap.turn() > 0;
        long quiet = Math.min(LONGEST_WAIT, Math.max(0, nextService - now));
        for (Port port : List.copyOf(ports)) {
            busy |= port.turn(now);
            quiet = Math.min(quiet, port.quietNanos(now));
        }
        troubles.tell(this::trouble);
        if (closing
                && (now - lingerEnd >= 0
                        || ports.stream().allMatch(p -> p.face().outbox().isEmpty()))) {
            end(now);
            return;
        }
        if (busy) {
            context.fullWake();
        } else if (context.await(quiet) && context.emptyWake()) {
            wake();
        }
    }

    private void trouble(TransportTrouble trouble, String detail) {
        host.trouble(trouble, "plain sockets: " + detail);
    }

    private void rebuild() {
        String reason = "JeroMQ failed: " + context.failure();
        ports.forEach(Port::lose);
        if (!contextIsOver) {
            contextIsOver = true;
            context.close(0);
        }
        LockSupport.parkNanos(this, REBUILD_NANOS);
        context = newContext();
        contextIsOver = false;
        zap = new ZapHandler(context, interrupts, troubles);
        ports.forEach(Port::open);
        troubles.add(TransportTrouble.REBUILT, reason);
    }

    /** A handle is closed: JeroMQ has the rest of the linger for what it took. */
    void close(Port port, long lingerNanos) {
        run(() -> {
            if (!over && ports.remove(port)) {
                port.close((int) Math.min(Integer.MAX_VALUE / 2, TimeUnit.NANOSECONDS.toMillis(lingerNanos)));
            }
        });
    }

    private void end(long now) {
        over = true;
        context.close(Math.max(0, TimeUnit.NANOSECONDS.toMillis(lingerEnd - now)));
        for (Port port : ports) {
            port.face().ended();
        }
    }

    @Override
    public void close(Duration left) {
        long nanos = left.toNanos();
        run(() -> {
            lingerEnd = nanos() + nanos;
            ports.forEach(port -> port.face().outbox().close());
            closing = true;
        });
        long end = nanos() + nanos + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        boolean interrupted = false;
        while (thread.isAlive() && nanos() - end < 0) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - nanos())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
