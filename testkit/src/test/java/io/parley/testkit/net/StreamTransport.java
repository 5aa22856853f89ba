package io.parley.testkit.net;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportLimits;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A transport that carries frames over streams of bytes in memory, which are read and written in pieces of any size. It is
 * here to be another shape of transport than the simulated one, so that the contract fits more than one.
 */
final class StreamTransport implements Transport {
    static final String HOST = "10.0.0.1";
    static final int SILENT_PORT = 1;
    private static final TransportLimits LIMITS =
            new TransportLimits(200_000, 32 << 10, TransportLimits.Writable.SIGNALLED);

    private static final class Bytes extends InFrame {
        private final ByteBuffer buffer;

        Bytes(byte[] bytes) {
            buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void retain() {}

        @Override
        public void release() {}
    }

    private final SimNetwork time;
    private final SeededEntropy chance;
    private final TransportContext context;
    private final Map<Integer, StreamTransport> ports;
    private final List<StreamLink> links = new ArrayList<>();
    private final ArrayDeque<Consumer<TransportListener>> told = new ArrayDeque<>();
    private boolean closed;
    private volatile boolean woken;

    StreamTransport(SimNetwork time, Map<Integer, StreamTransport> ports, TransportContext context) {
        this.time = time;
        this.ports = ports;
        this.context = context;
        this.chance = new SeededEntropy(context.entropy().nextLong());
    }

    @Override
    public TransportLimits limits() {
        return LIMITS;
    }

    @Override
    public Endpoint bind(Endpoint endpoint) {
        if (!endpoint.host().equals(HOST)) {
            throw new ParleyException(ErrorCode.ADDRESS_UNUSABLE, endpoint + " is not " + HOST);
        }
        int port = endpoint.port() == 0 ? 5_000 + ports.size() : endpoint.port();
        if (ports.putIfAbsent(port, this) != null) {
            throw new ParleyException(ErrorCode.ADDRESS_IN_USE, endpoint + " is in use; use another port");
        }
        return endpoint.withPort(port);
    }

    @Override
    public void dial(Endpoint endpoint) {
        StreamTransport listener = ports.get(endpoint.port());
        if (listener == null && endpoint.port() != SILENT_PORT) {
            told.add(to -> to.dialFailed(endpoint, "refused"));
            return;
        }
        ByteStream there = new ByteStream(chance.split());
        ByteStream back = new ByteStream(chance.split());
        long deadline = time.clock().nanos() + Duration.ofSeconds(2).toNanos();
        links.add(new StreamLink(back, there, endpoint, HOST + ":" + endpoint.port(), deadline));
        time.after(Duration.ofSeconds(2), this::expire);
        if (listener != null) {
            listener.accept(there, back, deadline);
        }
    }

    private void accept(ByteStream in, ByteStream out, long deadline) {
        if (links.size() >= context.maxConnections()) {
            told.add(to -> to.trouble(TransportTrouble.TOO_MANY_CONNECTIONS, "refused"));
            out.end();
            return;
        }
        links.add(new StreamLink(in, out, null, HOST + ":" + time.host(HOST).nextPort(), deadline));
    }

    private void expire() {
        for (StreamLink link : List.copyOf(links)) {
            if (!link.greeted && link.deadline <= time.clock().nanos()) {
                end(link, "no greeting");
            }
        }
    }

    @Override
    public void hangUp(Endpoint endpoint) {
        for (StreamLink link : List.copyOf(links)) {
            if (!link.greeted && endpoint.equals(link.dialled)) {
                link.down = true;
                link.out.end();
                links.remove(link);
            }
        }
    }

    @Override
    public Sent send(Link link, OutFrame frame) {
        StreamLink to = (StreamLink) link;
        if (to.down) {
            return Sent.DOWN;
        }
        if (frame.bytes() > LIMITS.maxFrame()) {
            throw new ParleyException(ErrorCode.MESSAGE_TOO_LARGE, frame.bytes() + " B, at most " + LIMITS.maxFrame());
        }
        return to.take(frame) ? Sent.TAKEN : Sent.FULL;
    }

    @Override
    public void drop(Link link) {
        end((StreamLink) link, "dropped");
    }

    private void end(StreamLink link, String reason) {
        if (!link.down) {
            link.down = true;
            link.out.end();
            links.remove(link);
            Endpoint dialled = link.dialled;
            if (link.greeted) {
                told.add(to -> to.linkDown(link, reason));
            } else if (dialled != null) {
                told.add(to -> to.dialFailed(dialled, reason));
            }
        }
    }

    @Override
    public void poll(long maxNanos, TransportListener listener) {
        time.waitFor(maxNanos, () -> move() || woken || closed);
        woken = false;
        for (int batch = told.size(); batch > 0 && !told.isEmpty(); batch--) {
            told.remove().accept(listener);
        }
    }

    /** Moves bytes until nothing moves any more, or there is something to tell. */
    private boolean move() {
        boolean moved = true;
        while (moved && told.isEmpty()) {
            moved = false;
            for (StreamLink link : List.copyOf(links)) {
                moved |= link.flush();
                moved |= link.fill();
                parse(link);
            }
        }
        return !told.isEmpty();
    }

    private void parse(StreamLink link) {
        if (link.greets()) {
            told.add(to -> to.linkUp(link, link.dialled));
        }
        int length = link.nextLength();
        while (length >= 0 && length <= LIMITS.maxFrame()) {
            byte[] bytes = link.nextFrame(length);
            if (bytes == null) {
                break;
            }
            told.add(to -> tellFrame(to, link, bytes));
            length = link.nextLength();
        }
        if (link.hasRoomAgain()) {
            link.full = false;
            told.add(to -> {
                if (!link.down) {
                    to.writable(link);
                }
            });
        }
        if (length > LIMITS.maxFrame() || link.in.isOver()) {
            end(link, "closed by the other side");
        }
    }

    private static void tellFrame(TransportListener to, StreamLink link, byte[] bytes) {
        to.frame(link, new Bytes(bytes));
    }

    @Override
    public void wakeUp() {
        woken = true;
    }

    @Override
    public void close(Duration linger) {
        if (!closed) {
            closed = true;
            for (StreamLink link : List.copyOf(links)) {
                boolean moves = true;
                while (moves) {
                    moves = link.flush();
                }
                end(link, "closed");
            }
            ports.values().removeIf(listener -> listener == this);
            told.clear();
        }
    }
}
