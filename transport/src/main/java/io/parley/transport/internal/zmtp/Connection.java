package io.parley.transport.internal.zmtp;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A socket to another process, from the first connect to the end:
 *
 * <pre>
 *   dial ----> CONNECTING ----> GREETING ----> UP ----> CLOSED
 *   accept ------------------------^ |                    ^
 *                                    +--------------------+
 * </pre>
 */
final class Connection extends Link implements FrameHandler {
    /** Hears of what a connection does while it reads. */
    interface Owner {
        void up(Connection connection);

        void frame(Connection connection, InFrame frame);

        /** The connection has something to write that nobody waits for. */
        void wantsFlush(Connection connection);

        /** The peer wants to be cut off when it is silent for so long. */
        void expires(Connection connection, int tenthsOfSecond);
    }

    private enum State {
        CONNECTING,
        GREETING,
        UP,
        CLOSED
    }

    /** How much one connection may read before the others have their turn. */
    private static final long TURN = 1 << 20;

    private final Owner owner;
    private final SocketChannel channel;
    private final @Nullable Endpoint dialled;
    private final String remote;
    private final Handshake handshake = new Handshake();
    private final Inbound in;
    private final Outbound out;
    private State state = State.CONNECTING;
    private @Nullable SelectionKey key;
    private @Nullable String broken;
    private boolean readEarlier;
    private boolean marked;

    /** @param dialled what was dialled, null for an accepted connection */
    Connection(Owner owner, SocketChannel channel, @Nullable Endpoint dialled, String remote, Buffers buffers) {
        this.owner = owner;
        this.channel = channel;
        this.dialled = dialled;
        this.remote = remote;
        this.in = new Inbound(buffers.read(), this, ZmtpTransport.MAX_FRAME);
        this.out = new Outbound(channel, buffers.read().own(), buffers.head());
    }

    /** Takes part in the poller's rounds from now on, and connects or greets. */
    void open(Poller poller, @Nullable SocketAddress target) throws IOException {
        channel.configureBlocking(false);
        if (target == null || target instanceof InetSocketAddress) {
            setNoDelay();
        }
        if (target == null || channel.connect(target)) {
            key = poller.register(channel, SelectionKey.OP_READ, this);
            greet();
        } else {
            key = poller.register(channel, SelectionKey.OP_CONNECT, this);
        }
    }

    private void setNoDelay() throws IOException {
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /** The socket says that connecting came to an end. */
    void finishConnect() throws IOException {
        if (channel.finishConnect()) {
            key().interestOps(SelectionKey.OP_READ);
            greet();
        }
    }

    private void greet() throws IOException {
        state = State.GREETING;
        out.say(Greeting.ours());
        flush();
    }

    /**
     * Reads what there is, up to a fair share.
     *
     * @return false at the end of the stream
     */
    boolean read() throws IOException, ProtocolViolation {
        long left = TURN;
        long count;
        do {
            count = in.read(channel);
            left -= count;
        } while (count > 0 && in.isFilled() && left > 0 && isOpen());
        readEarlier |= left < TURN;
        return count >= 0;
    }

    @Override
    public boolean handshake(ByteBuffer bytes) throws ProtocolViolation {
        while (true) {
            switch (handshake.consume(bytes)) {
                case READ -> {
                    return false;
                }
                case SAY_READY -> {
                    out.command(Commands.ready(dialled == null ? SocketType.ROUTER : SocketType.DEALER));
                    owner.wantsFlush(this);
                }
                case DONE -> {
                    state = State.UP;
                    owner.up(this);
                    return true;
                }
            }
        }
    }

    @Override
    public void message(InFrame frame, Part part) throws ProtocolViolation {
        if (part == Part.MORE) {
            frame.release();
            throw new ProtocolViolation("a message in several parts");
        }
        owner.frame(this, frame);
    }

    @Override
    public void command(ByteBuffer body) throws ProtocolViolation {
        String name = Commands.name(body);
        if (name.equals(Commands.PING)) {
            int timeToLive = Commands.timeToLive(body);
            out.command(Commands.pong(body));
            owner.wantsFlush(this);
            owner.expires(this, timeToLive);
        } else if (name.equals(Commands.ERROR)) {
            throw new ProtocolViolation("the other side reports: " + Commands.reason(body));
        }
        // PONG, SUBSCRIBE and what later versions may add are of no use here, and no harm.
    }

    /** Offers a frame, on a connection that is up. */
    Sent send(OutFrame frame) throws IOException {
        Sent sent = out.send(frame);
        if (out.isBlocked()) {
            awaitWritable();
        }
        return sent;
    }

    /**
     * Writes what was taken.
     *
     * @return whether nothing is left
     */
    boolean flush() throws IOException {
        boolean all = out.flush();
        SelectionKey current = key();
        if (!all) {
            awaitWritable();
        } else if ((current.interestOps() & SelectionKey.OP_WRITE) != 0) {
            current.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
        return all;
    }

    private void awaitWritable() {
        SelectionKey current = key();
        if ((current.interestOps() & SelectionKey.OP_WRITE) == 0) {
            current.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    /** Stops reading, so that the peer's writes come to a halt. */
    void pauseReading() {
        key().interestOpsAnd(~SelectionKey.OP_READ);
    }

    void resumeReading() {
        key().interestOpsOr(SelectionKey.OP_READ);
    }

    private SelectionKey key() {
        SelectionKey current = key;
        if (current == null) {
            throw new IllegalStateException("not open");
        }
        return current;
    }

    /** Writing failed. What the peer sent before is still read, then the connection ends. */
    void breakWrites(IOException e) {
        broken = "writing failed: " + e.getMessage();
        out.close();
        if ((key().interestOps() & SelectionKey.OP_WRITE) != 0) {
            key().interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }

    /** Puts this on the list of those to be flushed; false when it is there already. */
    boolean mark() {
        boolean was = marked;
        marked = true;
        return !was;
    }

    /** Taken from the list. */
    void unmark() {
        marked = false;
    }

    /** Why nothing can be written any more, or null. */
    @Nullable String broken() {
        return broken;
    }

    /** Whether something was read since this was last asked. */
    boolean hasRead() {
        boolean was = readEarlier;
        readEarlier = false;
        return was;
    }

    Inbound in() {
        return in;
    }

    Outbound out() {
        return out;
    }

    SocketChannel channel() {
        return channel;
    }

    @Nullable Endpoint dialled() {
        return dialled;
    }

    boolean isUp() {
        return state == State.UP;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    public void ignore() {
        in.ignore();
    }

    /** Closes the socket and gives back all buffers. */
    void close() {
        state = State.CLOSED;
        in.close();
        out.close();
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone all the same, and there is nobody left to whom the reason would matter.
            broken = "closing failed: " + e.getMessage();
        }
    }

    @Override
    public String remoteAddress() {
        return remote;
    }

    @Override
    public String toString() {
        return (dialled == null ? "from " : "to ") + remote;
    }
}
