package io.parley.transport.internal.jeromq;

import static org.junit.jupiter.api.Assertions.fail;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One transport under test and what it told. Runs on the thread of the test. */
final class Party implements TransportListener, AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Endpoint ANY = Endpoint.parse("tcp://127.0.0.1:0");
    private static final int MOST = 1_000;

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

    final JeromqTransport transport;
    final List<Link> dialled = new ArrayList<>();
    final List<Link> accepted = new ArrayList<>();
    final List<Link> down = new ArrayList<>();
    final List<String> failed = new ArrayList<>();
    final List<TransportTrouble> troubles = new ArrayList<>();
    final List<byte[]> frames = new ArrayList<>();

    private final String name;

    private Party(String name, Tuning tuning, int maxConnections) {
        this.name = name;
        this.transport = new JeromqTransport(new TransportContext(name, CLOCK, () -> 42, maxConnections), tuning);
    }

    static Party open(String name) {
        return new Party(name, Tuning.DEFAULT, MOST);
    }

    static Party open(String name, Tuning tuning) {
        return new Party(name, tuning, MOST);
    }

    static Party small(String name, int maxConnections) {
        return new Party(name, Tuning.DEFAULT, maxConnections);
    }

    void poll() {
        transport.poll(200_000, this);
    }

    Sent send(Link link, byte... bytes) {
        OutFrame frame = new OutFrame();
        frame.add(ByteBuffer.wrap(bytes));
        return transport.send(link, frame);
    }

    /** Sends until a link is full. */
    int fill(Link link, byte... bytes) {
        int taken = 0;
        for (int quiet = 0; quiet < 20; ) {
            if (send(link, bytes) == Sent.TAKEN) {
                taken++;
                quiet = 0;
            } else {
                quiet++;
                transport.poll(1_000_000, this);
            }
        }
        return taken;
    }

    static void await(String what, BooleanSupplier condition, Party... parties) {
        long start = CLOCK.nanos();
        while (!condition.getAsBoolean()) {
            if (CLOCK.nanos() - start > PATIENCE.toNanos()) {
                fail("not within " + PATIENCE + ": " + what + "; " + List.of(parties));
            }
            for (Party party : parties) {
                party.poll();
            }
        }
    }

    static void linger(Duration time, Party... parties) {
        long start = CLOCK.nanos();
        while (CLOCK.nanos() - start < time.toNanos()) {
            for (Party party : parties) {
                party.poll();
            }
        }
    }

    /** Dials until both sides have their link; the first frame is one byte. */
    static Pair connect(Party from, Party to, Endpoint at) {
        int dialled = from.dialled.size();
        int accepted = to.accepted.size();
        from.transport.dial(at);
        await("link up", () -> from.dialled.size() > dialled || !from.failed.isEmpty(), from, to);
        if (!from.failed.isEmpty()) {
            fail("dial failed: " + from.failed + "; " + from.troubles);
        }
        from.send(from.dialled.get(dialled), (byte) 1);
        await("link up at the other side", () -> to.accepted.size() > accepted, from, to);
        to.frames.clear();
        return new Pair(from.dialled.get(dialled), to.accepted.get(accepted));
    }

    @Override
    public void linkUp(Link link, @Nullable Endpoint endpoint) {
        (endpoint == null ? accepted : dialled).add(link);
    }

    @Override
    public void linkDown(Link link, String reason) {
        down.add(link);
    }

    @Override
    public void dialFailed(Endpoint endpoint, String reason) {
        failed.add(reason);
    }

    @Override
    public void frame(Link link, InFrame frame) {
        byte[] bytes = new byte[frame.buffer().remaining()];
        frame.buffer().get(frame.buffer().position(), bytes);
        frames.add(bytes);
        frame.release();
    }

    @Override
    public void writable(Link link) {}

    @Override
    public void trouble(TransportTrouble trouble, String detail) {
        troubles.add(trouble);
    }

    @Override
    public void close() {
        transport.close(Duration.ZERO);
    }

    @Override
    public String toString() {
        return name + "[dialled " + dialled.size() + ", accepted " + accepted.size() + ", down " + down.size()
                + ", failed " + failed + ", troubles " + troubles + ", frames " + frames.size() + "]";
    }

    /** Both ends of a connection. */
    record Pair(Link dialling, Link accepting) {}
}
