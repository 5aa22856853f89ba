package io.parley.transport.internal.zmtp;

import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.core.spi.InFrame;
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
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ZMTP 3.1 over non-blocking sockets, without a thread of its own: whoever calls {@link #poll} does the work. To other ZeroMQ
 * programs it is a ROUTER where it listens and a DEALER where it dials.
 *
 * <pre>
 *   poll:  write what was gathered ─▶ wait ─▶ for each ready socket: connect, accept, write the rest, read and hand up
 *          ─▶ judge deadlines ─▶ tell of what ended
 * </pre>
 */
public final class ZmtpTransport implements Transport, Connection.Owner {
    /** The largest frame that is taken, either way. */
    static final int MAX_FRAME = 1 << 19;

    private static final int BEST_FRAME = 1 << 16;
    /** How many fair shares to read from a connection that cannot be written any more: beyond what a kernel keeps. */
    private static final int LAST_TURNS = 32;

    private static final TransportLimits LIMITS =
            new TransportLimits(MAX_FRAME, BEST_FRAME, Writable.SIGNALLED, Polling.ANY_THREAD, Window.DEFAULT);

    private final Clock clock;
    private final Poller poller;
    private final Teller teller = new Teller();
    private final Buffers buffers = new Buffers();
    private final Crowd crowd = new Crowd(buffers.read());
    private final Silence silence = new Silence();
    private final Doors doors;
    private final Connections connections;
    private final Deadlines deadlines;
    private final LastWrites last;

    private List<Connection> gathered = new ArrayList<>();
    private List<Connection> flushing = new ArrayList<>();
    private @Nullable TransportListener listener;
    private long now;
    /** Who comes in through a socket file has no address: they are told apart by number. */
    private long callers;

    private boolean closed;

    /** Opens the transport of a node; it listens and dials when told. */
    public ZmtpTransport(TransportContext context) {
        clock = context.clock();
        try {
            poller = new Poller();
            doors = new Doors(poller, teller);
        } catch (IOException e) {
            throw new ParleyException(
                    ErrorCode.TRANSPORT_UNAVAILABLE,
                    "no descriptors: " + e.getMessage() + "; raise the limit of open files",
                    e);
        }
        connections = new Connections(teller, clock, context.maxConnections());
        last = new LastWrites(poller, clock);
        deadlines = new Deadlines(connections, doors, crowd, silence);
    }

    @Override
    public TransportLimits limits() {
        return LIMITS;
    }

    @Override
    public Endpoint bind(Endpoint endpoint) {
        checkOpen();
        try {
            return doors.open(endpoint);
        } catch (IOException e) {
            throw new ParleyException(
                    ErrorCode.ADDRESS_UNUSABLE,
                    "address '" + endpoint + "' cannot be listened on: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void dial(Endpoint endpoint) {
        checkOpen();
        if (!connections.hasRoom()) {
            teller.trouble(TransportTrouble.TOO_MANY_CONNECTIONS, "dialling " + endpoint);
            teller.dialFailed(endpoint, "as many connections as allowed");
            return;
        }
        SocketChannel channel = null;
        try {
            SocketAddress target = Addresses.of(endpoint);
            channel = target instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            admit(new Connection(this, channel, endpoint, Addresses.text(target), buffers), target);
        } catch (IOException | RuntimeException e) {
            closeQuietly(channel);
            teller.dialFailed(endpoint, String.valueOf(e.getMessage()));
        }
    }

    private void admit(Connection connection, @Nullable SocketAddress target) throws IOException {
        try {
            connection.open(poller, target);
            connections.add(connection);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // It was never used: nothing is lost, and the first failure is the one to tell.
                return;
            }
        }
    }

    @Override
    public void hangUp(Endpoint endpoint) {
        connections.hangUp(endpoint);
    }

    @Override
    public Sent send(Link link, OutFrame frame) {
        Connection connection = (Connection) link;
        if (!connection.isUp() || connection.broken() != null) {
            return Sent.DOWN;
        }
        if (frame.bytes() > MAX_FRAME) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE, "a frame of " + frame.bytes() + " bytes, at most " + MAX_FRAME);
        }
        try {
            Sent sent = connection.send(frame);
            if (connection.out().isHolding()) {
                wantsFlush(connection);
            }
            return sent;
        } catch (IOException e) {
            connection.breakWrites(e);
            gathered.add(connection);
            return Sent.DOWN;
        }
    }

    @Override
    public void drop(Link link) {
        Connection connection = (Connection) link;
        if (connection.isUp() && connection.broken() == null) {
            // Whoever drops a link has often just said why, and that was gathered.
            flush(connection);
        }
        connections.end(connection, "dropped", null);
    }

    @Override
    public void poll(long maxNanos, TransportListener to) {
        checkOpen();
        // With the flag set no wait would wait; it is the caller's, and he gets it back.
        boolean interrupted = Thread.interrupted();
        listener = to;
        try {
            now = clock.nanos();
            flushGathered();
            boolean told = teller.tell(to);
            if (closed) {
                return;
            }
            List<SelectionKey> ready = poller.select(told || teller.hasMore() ? 0 : deadlines.untilNext(now, maxNanos));
            now = clock.nanos();
            for (int i = 0; i < ready.size() && !closed; i++) {
                serve(ready.get(i));
            }
            if (!closed) {
                deadlines.judge(now);
                teller.tell(to);
            }
        } catch (IOException e) {
            throw new ParleyException(ErrorCode.INTERNAL, "the selector failed: " + e.getMessage(), e);
        } finally {
            listener = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void flushGathered() {
        List<Connection> batch = gathered;
        gathered = flushing;
        flushing = batch;
        for (int i = 0; i < batch.size(); i++) {
            Connection connection = batch.get(i);
            connection.unmark();
            if (!connection.isOpen()) {
                continue;
            }
            if (connection.broken() != null) {
                finish(connection);
            } else if (!connection.out().isBlocked()) {
                flush(connection);
            }
        }
        batch.clear();
    }

    private boolean flush(Connection connection) {
        try {
            return connection.flush();
        } catch (IOException e) {
            connection.breakWrites(e);
            gathered.add(connection);
            return false;
        }
    }

    /** Hands up what a peer sent before the connection broke, then ends it. */
    private void finish(Connection connection) {
        String reason = String.valueOf(connection.broken());
        for (int turn = 0; turn < LAST_TURNS && connection.isOpen(); turn++) {
            read(connection);
            if (!connection.in().isFilled()) {
                break;
            }
        }
        connections.end(connection, reason, null);
    }

    private void serve(SelectionKey key) {
        Object attachment = key.attachment();
        if (attachment instanceof Acceptor door) {
            doors.answer(door, this::knocked, now);
            return;
        }
        Connection connection = (Connection) attachment;
        if (!connection.isOpen()) {
            return;
        }
        int operations = key.readyOps();
        if ((operations & SelectionKey.OP_CONNECT) != 0) {
            finishConnect(connection);
            return;
        }
        if ((operations & SelectionKey.OP_WRITE) != 0 && connection.broken() == null) {
            boolean all = flush(connection);
            if (all && connection.out().wantsSignal() && listener != null) {
                listener.writable(connection);
            }
        }
        if ((operations & SelectionKey.OP_READ) != 0 && connection.isOpen() && crowd.admits(connection, now)) {
            read(connection);
        }
    }

    private void finishConnect(Connection connection) {
        try {
            connection.finishConnect();
        } catch (IOException e) {
            connections.end(connection, String.valueOf(e.getMessage()), null);
        }
    }

    private void read(Connection connection) {
        boolean done = false;
        try {
            if (!connection.read()) {
                connections.end(connection, "closed by the other side", null);
            }
            done = true;
        } catch (ProtocolViolation e) {
            connections.end(connection, e.detail(), TransportTrouble.PROTOCOL_ERROR);
            done = true;
        } catch (IOException e) {
            connections.end(connection, String.valueOf(e.getMessage()), null);
            done = true;
        } finally {
            if (!done) {
                // The listener threw in the midst of a read: where the next frame begins is not known any more.
                connections.end(connection, "the listener failed", null);
            }
        }
    }

    private void knocked(SocketChannel channel, Endpoint door) {
        if (!connections.makeRoom()) {
            teller.trouble(TransportTrouble.TOO_MANY_CONNECTIONS, "refused a connection to " + door);
            closeQuietly(channel);
            return;
        }
        try {
            String remote =
                    Addresses.isFile(door) ? door + "#" + ++callers : Addresses.text(channel.getRemoteAddress());
            admit(new Connection(this, channel, null, remote, buffers), null);
        } catch (IOException e) {
            // Gone before it was taken in: it never was a connection to anybody.
            closeQuietly(channel);
        }
    }

    @Override
    public void up(Connection connection) {
        connections.up(connection);
        flush(connection);
        if (listener != null) {
            listener.linkUp(connection, connection.dialled());
        }
    }

    @Override
    public void frame(Connection connection, InFrame frame) {
        if (listener != null) {
            listener.frame(connection, frame);
        } else {
            frame.release();
        }
    }

    @Override
    public void wantsFlush(Connection connection) {
        if (connection.mark()) {
            gathered.add(connection);
        }
    }

    @Override
    public void expires(Connection connection, int tenthsOfSecond) {
        silence.expires(connection, tenthsOfSecond, now);
    }

    @Override
    public void wakeUp() {
        poller.wakeUp();
    }

    @Override
    public void close(Duration linger) {
        if (closed) {
            return;
        }
        closed = true;
        boolean interrupted = Thread.interrupted();
        try {
            doors.close();
            last.run(connections.list(), Math.max(0, linger.toNanos()));
        } catch (IOException e) {
            throw new ParleyException(ErrorCode.INTERNAL, "the selector failed: " + e.getMessage(), e);
        } finally {
            connections.list().forEach(Connection::close);
            closePoller();
            if (interrupted || last.wasInterrupted()) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void closePoller() {
        try {
            poller.close();
        } catch (IOException e) {
            throw new ParleyException(ErrorCode.INTERNAL, "the selector did not close: " + e.getMessage(), e);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new ParleyException(ErrorCode.CLOSED, "the transport is closed");
        }
    }
}
