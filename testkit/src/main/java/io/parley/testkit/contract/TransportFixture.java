package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.fail;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Link;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportProvider;
import io.parley.testkit.seeded.SeededEntropy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What {@link TransportContract} needs to know about a transport: where it listens, where nobody answers, and how time
 * passes. The defaults are those of a transport over TCP on the loopback interface and of the real clock; a simulated one
 * overrides them. All of it runs on the one thread of the test.
 */
@Timeout(120)
public abstract class TransportFixture {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Duration QUIET = Duration.ofMillis(300);
    static final int GREETING = 5;

    private final List<TransportProbe> probes = new ArrayList<>();
    private final List<ServerSocket> sockets = new ArrayList<>();
    private int turn;

    /** Begins a fixture with no transport open. */
    protected TransportFixture() {}

    /** Makes the transports under test. */
    protected abstract TransportProvider provider();

    /** Where a transport of this test listens: a free port on an address that the others can dial. */
    protected Endpoint listenEndpoint() {
        return Endpoint.parse("tcp://127.0.0.1:0");
    }

    /** Where nobody listens, and a dial is refused at once. */
    protected Endpoint closedEndpoint() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Endpoint("tcp", "127.0.0.1", socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a dial is neither refused nor answered, until the test ends. */
    protected Endpoint silentEndpoint() {
        try {
            ServerSocket socket = new ServerSocket();
            sockets.add(socket);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            return new Endpoint("tcp", "127.0.0.1", socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address that is not one of this host, so that it cannot be listened on. */
    protected Endpoint unusableEndpoint() {
        return Endpoint.parse("tcp://192.0.2.1:0");
    }

    /** The time by which the transports wait. */
    protected Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public long millis() {
                return System.currentTimeMillis();
            }
        };
    }

    /** Runs something once this much time has passed, while the test's thread is inside a poll. */
    protected void after(Duration delay, Runnable action) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(action);
    }

    /** The most bytes that a link may take while the other side does not poll, system buffers of both sides included. */
    protected long mostUnread() {
        return 64L << 20;
    }

    /**
     * Lets everything run until the condition holds.
     *
     * @return whether it did within the limit
     */
    protected boolean pump(BooleanSupplier condition, Duration limit) {
        Clock clock = clock();
        long start = clock.nanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanos() - start > limit.toNanos()) {
                return false;
            }
            pollAll();
        }
        return true;
    }

    /** Polls every transport that is not paused once, and one of them with a short wait when none had anything to tell. */
    protected final void pollAll() {
        long before = 0;
        long after = 0;
        for (int i = 0; i < probes.size(); i++) {
            TransportProbe probe = probes.get(i);
            before += probe.events();
            probe.turn(0);
            after += probe.events();
        }
        if (before == after && !probes.isEmpty()) {
            probes.get(turn++ % probes.size()).turn(200_000);
        }
    }

    /** The seed of contents and sizes; {@code -Dparley.seed} gives another. */
    static long seed() {
        return Long.getLong("parley.seed", 1);
    }

    final TransportProbe open(String name) {
        return open(name, 2_000);
    }

    final TransportProbe open(String name, int maxConnections) {
        TransportContext context = new TransportContext(name, clock(), new SeededEntropy(seed()), maxConnections);
        TransportProbe probe = new TransportProbe(name, provider().open(context));
        probes.add(probe);
        return probe;
    }

    final void await(String what, BooleanSupplier condition) {
        await(what, PATIENCE, condition);
    }

    final void await(String what, Duration limit, BooleanSupplier condition) {
        if (!pump(condition, limit)) {
            fail("not within " + limit + ": " + what + "; seed " + seed() + "; " + probes);
        }
    }

    /** Lets time pass in which nothing more should happen. */
    final void linger(Duration time) {
        pump(() -> false, time);
    }

    final Pair connect(TransportProbe from, TransportProbe to, Endpoint at) {
        int dialled = from.dialled.size();
        int accepted = to.accepted.size();
        from.transport.dial(at);
        await("link up at " + from.name, () -> from.dialled.size() > dialled);
        Link near = from.dialled.get(dialled);
        // the accepting side may hear of a link only with its first frame
        if (from.transport.send(near, Frames.whole(new byte[GREETING])) != Sent.TAKEN) {
            fail("the first frame of a new link was not taken");
        }
        await(
                "link and first frame at " + to.name,
                () -> to.accepted.size() > accepted && to.framesOf(to.accepted.get(accepted)) > 0);
        return new Pair(near, to.accepted.get(accepted));
    }

    /** Two transports with a link between them. */
    final Pair connected(TransportProbe from, TransportProbe to) {
        return connect(from, to, to.transport.bind(listenEndpoint()));
    }

    @AfterEach
    final void shouldHaveKeptTheOrderOfEvents() throws IOException {
        for (TransportProbe probe : probes) {
            probe.transport.close(Duration.ZERO);
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        for (TransportProbe probe : probes) {
            probe.check();
        }
    }

    /** The same connection, seen from the side that dialled and from the one that accepted. */
    record Pair(Link dialling, Link accepting) {}
}
