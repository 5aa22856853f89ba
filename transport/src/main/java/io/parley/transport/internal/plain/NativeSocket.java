package io.parley.transport.internal.plain;

import io.parley.core.Offer;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.transport.internal.guard.NumericAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A native socket as every other thread sees it. Thread-safe. */
public final class NativeSocket {
    private static final long REBIND_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int LONGEST_DETAIL = 300;

    private final PlainLoop loop;
    private final SocketSettings settings;
    private final String name;
    private final Outbox outbox;
    private final Inbox inbox;
    private final List<Endpoint> endpoints = new CopyOnWriteArrayList<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Census census;
    private @Nullable Port port;
    private volatile Runnable onEnd = () -> {};

    NativeSocket(PlainLoop loop, SocketSettings settings, String name, Consumer<List<byte[]>> handler) {
        this.loop = loop;
        this.settings = settings;
        this.name = name;
        this.outbox = new Outbox(settings);
        this.census = new Census(settings);
        this.inbox =
                new Inbox(settings.queueBytes(), loop.host().handlers(), frames -> handle(handler, frames), loop::wake);
    }

    void port(Port itsPort) {
        this.port = itsPort;
    }

    Port port() {
        Port open = port;
        if (open == null || closed.get()) {
            throw closedException();
        }
        return open;
    }

    /** What it was made with. */
    public SocketSettings settings() {
        return settings;
    }

    /** What events call it. */
    public String name() {
        return name;
    }

    Outbox outbox() {
        return outbox;
    }

    Inbox inbox() {
        return inbox;
    }

    /**
     * Listens.
     *
     * @return with the port that was chosen
     */
    public Endpoint bind(Endpoint endpoint) {
        Endpoint numeric = endpoint.isWildcard() ? endpoint : resolved(endpoint);
        NumericAddress.toBind(numeric);
        long end = loop.nanos() + REBIND_NANOS;
        Endpoint at = loop.ask(() -> bindOnce(numeric, end));
        while (at == null) {
            at = loop.ask(() -> bindOnce(numeric, end));
        }
        endpoints.add(at);
        return at;
    }

    private @Nullable Endpoint bindOnce(Endpoint endpoint, long end) {
        Endpoint at = port().bind(endpoint);
        if (at == null && loop.nanos() - end >= 0) {
            throw new ParleyException(ErrorCode.ADDRESS_IN_USE, "address " + endpoint + " is still in use");
        }
        return at;
    }

    /** Connects, now and whenever the connection is gone. Waits for the name of the host to be resolved. */
    public void connect(Endpoint endpoint) {
        InetSocketAddress address = NumericAddress.toDial(resolved(endpoint));
        loop.ask(() -> {
            port().dial(endpoint, address);
            return endpoint;
        });
    }

    /** JeroMQ resolves names in its I/O thread, and everything else waits. */
    private static Endpoint resolved(Endpoint endpoint) {
        if (!endpoint.scheme().equals("tcp")) {
            return endpoint; // to be refused with its reason
        }
        try {
            return endpoint.withHost(InetAddress.getByName(endpoint.host()).getHostAddress());
        } catch (UnknownHostException e) {
            throw new ParleyException(
                    ErrorCode.ADDRESS_UNUSABLE,
                    "address " + endpoint + ": the name of the host is not known; give an address of it",
                    e);
        }
    }

    /** Subscribes to what begins with this. */
    public void subscribe(byte[] filter) {
        loop.ask(() -> {
            port().subscribe(filter);
            return filter;
        });
    }

    /** Takes one subscription back. */
    public void unsubscribe(byte[] filter) {
        loop.ask(() -> {
            port().unsubscribe(filter);
            return filter;
        });
    }

    /** Where it listens. */
    public List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** Adds a message if there is room; never waits. */
    public Offer offer(List<byte[]> frames) {
        check(frames);
        Offer offer = outbox.offer(frames);
        if (offer == null) {
            throw closedException();
        }
        if (offer == Offer.ACCEPTED) {
            loop.wake();
            return offer;
        }
        return census.connections() == 0 ? Offer.NOT_CONNECTED : offer;
    }

    /**
     * Adds a message, and waits for room for at most so long. The future completes on a handler thread once JeroMQ has it for a
     * connection.
     */
    public CompletableFuture<Void> write(List<byte[]> frames, Duration timeout) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        send(frames, timeout, written);
        return written;
    }

    /** Adds a message, and waits for room for at most so long. */
    public void send(List<byte[]> frames, Duration timeout) {
        send(frames, timeout, null);
    }

    private void send(List<byte[]> frames, Duration timeout, @Nullable CompletableFuture<Void> written) {
        check(frames);
        try {
            Offer offer = outbox.send(frames, Clock.span(timeout), written);
            if (offer == null) {
                throw closedException();
            }
            if (offer != Offer.ACCEPTED) {
                throw full(timeout);
            }
            loop.wake();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, name + ": interrupted while waiting for room", e);
        }
    }

    private ParleyException full(Duration timeout) {
        return new ParleyException(
                census.connections() == 0 ? ErrorCode.NOT_CONNECTED : ErrorCode.LOG_FULL,
                name + ": " + outbox.bytes() + " of " + settings.queueBytes() + " bytes wait to be sent, "
                        + census.connections() + " connections are open, and no room came within " + timeout.toMillis()
                        + " ms; let the other side read faster, or raise queueBytes");
    }

    private void check(List<byte[]> frames) {
        long bytes = 0;
        for (byte[] frame : frames) {
            bytes += frame.length;
        }
        if (frames.isEmpty() || frames.size() > settings.maxFrames() || bytes > settings.maxMessage()) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    name + ": a message of " + frames.size() + " frames and " + bytes + " bytes, expected 1 to "
                            + settings.maxFrames() + " frames and at most " + settings.maxMessage()
                            + " bytes; raise the limit on both sides, or send less");
        }
    }

    /** How many connections and subscribers it has. */
    public Census census() {
        return census;
    }

    /**
     * Waits until so many have come.
     *
     * @param what they are, for people
     */
    public void await(IntSupplier number, int count, Duration timeout, String what) {
        try {
            if (!census.await(() -> number.getAsInt() >= count || closed.get(), Clock.span(timeout))) {
                throw new ParleyException(
                        ErrorCode.TIMEOUT,
                        name + ": " + number.getAsInt() + " of " + count + " " + what + " came within "
                                + timeout.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, name + ": interrupted while waiting for " + what, e);
        }
        if (closed.get()) {
            throw closedException();
        }
    }

    /** JeroMQ has taken a message, or there is no such routing id. For the loop. */
    void sent(Outbox.Parcel parcel, boolean taken) {
        CompletableFuture<Void> written = parcel.written();
        if (taken) {
            sent.increment();
        } else {
            dropped("its connection is gone");
        }
        if (written != null) {
            loop.host().handlers().execute(() -> written.complete(null));
        }
    }

    /** A message has come. For the loop. */
    void received(List<byte[]> frames) {
        if (settings.curve() != null && !inbox.hasRoom()) {
            dropped("the handler is too slow, and what comes by CURVE is read at once");
            return;
        }
        received.increment();
        inbox.add(frames);
    }

    private void handle(Consumer<List<byte[]>> handler, List<byte[]> frames) {
        try {
            handler.accept(frames);
        } catch (RuntimeException | StackOverflowError e) {
            failed(e);
        }
    }

    /** A message was not sent. */
    public void dropped(String why) {
        dropped.increment();
        loop.happened(Happening.MESSAGES_DROPPED, 1, this, why);
    }

    /** The node's handler threads. */
    public Executor handlers() {
        return loop.host().handlers();
    }

    /** A message was of no use: a handler or a codec failed. */
    public void failed(Throwable cause) {
        if (closed.get()) {
            return;
        }
        failed.increment();
        boolean codec = cause instanceof ParleyException ours && ours.code() == ErrorCode.DECODING_FAILED;
        String detail = String.valueOf(cause);
        loop.happened(
                codec ? Happening.DECODING_FAILED : Happening.HANDLER_FAILED,
                1,
                this,
                detail.substring(0, Math.min(LONGEST_DETAIL, detail.length())));
    }

    /** How many messages were given to JeroMQ, came, were dropped, and failed; and how many bytes wait. */
    public long[] counters() {
        return new long[] {sent.sum(), received.sum(), dropped.sum(), failed.sum(), outbox.bytes() + inbox.bytes()};
    }

    private ParleyException closedException() {
        return new ParleyException(ErrorCode.CLOSED, name + " is closed");
    }

    /** Is run once it is over, also with its node; handler threads still run then. */
    public void onEnd(Runnable action) {
        onEnd = action;
    }

    /** Whether it takes nothing more. */
    public boolean isClosed() {
        return closed.get();
    }

    /** When it has to be over if it is closed now. */
    public long closeBy() {
        return loop.nanos() + Clock.span(loop.host().linger());
    }

    /**
     * Takes nothing more, gives JeroMQ what waits, and ends, by that time at the latest. Idempotent. An interrupt is kept for
     * later.
     */
    public void close(long end) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        outbox.close();
        inbox.close();
        outbox.awaitEmpty(end - loop.nanos());
        Port open = port;
        if (open != null) {
            loop.close(open, Math.max(0, end - loop.nanos()));
        }
        ended();
    }

    /** It is over; what was not taken is lost. */
    void ended() {
        closed.set(true);
        outbox.close();
        List<Outbox.Parcel> lost = outbox.clear();
        if (!lost.isEmpty()) {
            loop.happened(Happening.LOST_AT_CLOSE, lost.size(), this, "the linger was over");
        }
        for (Outbox.Parcel parcel : lost) {
            CompletableFuture<Void> written = parcel.written();
            if (written != null) {
                loop.host().handlers().execute(() -> written.completeExceptionally(closedException()));
            }
        }
        onEnd.run();
        census.over();
    }

    @Override
    public String toString() {
        return name + " " + settings.type() + " " + endpoints;
    }
}
