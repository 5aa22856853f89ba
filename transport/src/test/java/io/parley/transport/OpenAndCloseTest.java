package io.parley.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.core.Node;
import io.parley.core.Service;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.TransportProvider;
import io.parley.testkit.hostile.Stranger;
import io.parley.testkit.hostile.Strangers;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes on real sockets that are opened and closed again and again, in whatever state: in time, and nothing is left. */
@Timeout(3_600)
class OpenAndCloseTest {
    /** How often each of the states; {@code -Dparley.cycles=100} for more. */
    private static final int CYCLES = Integer.getInteger("parley.cycles", 3);

    private static final Duration LINGER = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Topic<byte[]> TOPIC = Topic.of("news", Codec.bytes());
    private static final WorkQueue<byte[]> QUEUE =
            WorkQueue.of("work", Codec.bytes()).bestEffort();
    private static final Service<String, String> SERVICE = Service.of("echo", Codec.utf8(), Codec.utf8());

    static Stream<TransportProvider> transports() {
        return Stream.of(Zmq.transport(), Zmtp.transport());
    }

    /** What a node is doing when it is closed. */
    private enum State {
        JUST_OPENED,
        DIALS_IN_VAIN,
        IN_THE_MIDST_OF_A_GREETING,
        LINKED,
        PUBLISHES,
        WAITS_FOR_A_WORKER,
        HANDLER_WAITS,
        HANDLER_CLOSES_IT,
        WAITS_FOR_A_REPLY,
        WAITS_FOR_A_PEER,
        STRANGERS_ARE_THERE
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldCloseInEveryStateAndLeaveNothing(TransportProvider transport) throws Exception {
        for (State state : State.values()) {
            cycle(transport, state, 0); // what a first time loads and opens does not count
        }
        await("the end of all threads", () -> threads() == 0);
        long before = descriptors();
        assumeTrue(before > 0, "no /proc/self/fd here");
        for (int i = 1; i <= CYCLES; i++) {
            for (State state : State.values()) {
                cycle(transport, state, i);
            }
        }
        await("the end of all threads", () -> threads() == 0);
        await("the end of all descriptors but " + before, () -> descriptors() <= before + 3);
    }

    private static void cycle(TransportProvider transport, State state, int number) throws Exception {
        try (World world = new World(open("cycled-other", transport), open("cycled", transport))) {
            world.bring(state);
            close(world.node, state, number % 3 == 1);
            close(world.other, state, number % 3 == 2);
        }
    }

    private static Node open(String name, TransportProvider transport) {
        return Node.builder(name)
                .listen("tcp://127.0.0.1:0")
                .transport(transport)
                .linger(LINGER)
                .open();
    }

    /** Two nodes, and strangers at the port of one. */
    private static final class World implements AutoCloseable {
        private final Node other;
        private final Node node;
        private final Strangers strangers;
        private final CountDownLatch handled = new CountDownLatch(1);

        World(Node other, Node node) {
            this.other = other;
            this.node = node;
            strangers = Strangers.at(node.endpoints().get(0).port());
        }

        void bring(State state) throws Exception {
            switch (state) {
                case JUST_OPENED -> {}
                case DIALS_IN_VAIN -> node.addPeer(Endpoint.parse("tcp://127.0.0.1:1"));
                case IN_THE_MIDST_OF_A_GREETING ->
                    node.addPeer(other.endpoints().get(0));
                case LINKED -> link();
                case PUBLISHES -> publish();
                case WAITS_FOR_A_WORKER -> node.pusher(QUEUE).send(new byte[100]);
                case HANDLER_WAITS -> deliver(this::waitInVain);
                case HANDLER_CLOSES_IT -> deliver(other::close);
                case WAITS_FOR_A_REPLY -> request();
                case WAITS_FOR_A_PEER -> new Thread(this::awaitNobody).start();
                case STRANGERS_ARE_THERE -> {
                    for (Stranger kind : List.of(Stranger.SAYS_NOTHING, Stranger.STOPS_HALFWAY, Stranger.SPEAKS_HTTP)) {
                        strangers.knock(kind);
                    }
                    strangers.turn();
                }
            }
        }

        private void link() {
            node.addPeer(other.endpoints().get(0));
            node.awaitPeers(1, PATIENCE);
        }

        private void publish() {
            other.subscribe(TOPIC, message -> {});
            link();
            for (int i = 0; i < 200; i++) {
                node.publisher(TOPIC).send(new byte[10_000]);
            }
        }

        /** The other node handles a message. */
        private void deliver(Runnable handler) throws InterruptedException {
            other.subscribe(TOPIC, message -> {
                handled.countDown();
                handler.run();
            });
            link();
            node.publisher(TOPIC).awaitSubscribers(1, PATIENCE);
            node.publisher(TOPIC).send(new byte[10]);
            handled.await();
        }

        private void waitInVain() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void request() throws InterruptedException {
            other.replyAsync(SERVICE, message -> {
                handled.countDown();
                return new CompletableFuture<>();
            });
            link();
            CompletableFuture<String> unused = node.requester(SERVICE).request("x");
            handled.await();
        }

        private void awaitNobody() {
            try {
                node.awaitPeer("nobody", Duration.ofMinutes(1));
            } catch (ParleyException closed) {
                handled.countDown();
            }
        }

        @Override
        public void close() {
            node.close();
            other.close();
            strangers.close();
        }
    }

    private static void close(Node node, State state, boolean interrupted) {
        long began = System.nanoTime();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        node.close();
        assertTrue(Thread.interrupted() == interrupted, () -> state + ": the interrupt was lost, or made");
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(LINGER.plusSeconds(1)) <= 0, () -> state + ": took " + took);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().contains("cycled"))
                .count();
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not in time: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long descriptors() {
        String[] files = new File("/proc/self/fd").list();
        return files == null ? 0 : files.length;
    }
}
