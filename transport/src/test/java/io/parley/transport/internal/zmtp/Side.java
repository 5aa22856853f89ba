package io.parley.transport.internal.zmtp;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One node's transport with a listener that writes down what it hears, polled by the test itself. */
final class Side implements TransportListener, AutoCloseable {
    static final Clock CLOCK = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }
    };

    final ZmtpTransport transport;
    final List<Link> up = new ArrayList<>();
    final List<String> down = new ArrayList<>();
    final List<String> failed = new ArrayList<>();
    final List<String> troubles = new ArrayList<>();
    final List<byte[]> frames = new ArrayList<>();
    int writable;
    long bytes;
    boolean keepFrames = true;
    boolean ignoreAfterOne;

    Side() {
        this(1000);
    }

    Side(int maxConnections) {
        this(maxConnections, CLOCK);
    }

    Side(int maxConnections, Clock clock) {
        transport = new ZmtpTransport(new TransportContext("test", clock, System::nanoTime, maxConnections));
    }

    Endpoint listen() {
        return transport.bind(Endpoint.parse("tcp://127.0.0.1:0"));
    }

    /** Sends bytes in slices; polls until they are taken. */
    void send(Link link, byte[]... slices) {
        OutFrame frame = frame(slices);
        await(() -> transport.send(link, frame) != Sent.FULL);
    }

    static OutFrame frame(byte[]... slices) {
        OutFrame frame = new OutFrame();
        for (byte[] slice : slices) {
            frame.add(ByteBuffer.allocateDirect(slice.length).put(slice).flip());
        }
        return frame;
    }

    /** Polls until the condition holds. */
    void await(BooleanSupplier condition) {
        await(condition, this);
    }

    /** Polls all sides in turn until the condition holds. */
    static void await(BooleanSupplier condition, Side... sides) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 20 s: " + List.of(sides));
            }
            for (Side side : sides) {
                side.transport.poll(sides.length == 1 ? 10_000_000 : 1_000_000, side);
            }
        }
    }

    @Override
    public void linkUp(Link link, @Nullable Endpoint dialled) {
        up.add(link);
    }

    @Override
    public void linkDown(Link link, String reason) {
        down.add(reason);
    }

    @Override
    public void dialFailed(Endpoint endpoint, String reason) {
        failed.add(endpoint + ": " + reason);
    }

    @Override
    public void frame(Link link, InFrame frame) {
        ByteBuffer buffer = frame.buffer();
        bytes += buffer.remaining();
        if (keepFrames) {
            byte[] copy = new byte[buffer.remaining()];
            buffer.get(buffer.position(), copy);
            frames.add(copy);
        } else {
            frames.add(new byte[0]);
        }
        frame.release();
        if (ignoreAfterOne) {
            link.ignore();
        }
    }

    @Override
    public void writable(Link link) {
        writable++;
    }

    @Override
    public void trouble(TransportTrouble trouble, String detail) {
        troubles.add(trouble + " " + detail);
    }

    Transport transport() {
        return transport;
    }

    @Override
    public void close() {
        transport.close(Duration.ZERO);
    }

    @Override
    public String toString() {
        return "up " + up + " down " + down + " failed " + failed + " troubles " + troubles + " frames "
                + frames.size();
    }
}
