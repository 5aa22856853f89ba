package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Service;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.spi.TransportProvider;
import io.parley.reliability.Reliability;
import io.parley.transport.Zmq;
import io.parley.transport.Zmtp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes over JeroMQ and over the ZMTP engine, linked with each other: all that nodes do, whoever dials. */
@Timeout(120)
class MixedTransportsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int[] SIZES = {0, 1, 255, 256, 8_192, 65_536, 250_000};
    private static final Topic<byte[]> TICKS = Topic.of("ticks", Codec.bytes());
    private static final Topic<byte[]> ORDERS =
            Topic.of("orders", Codec.bytes()).reliable();
    private static final WorkQueue<byte[]> JOBS = WorkQueue.of("jobs", Codec.bytes());
    private static final WorkQueue<byte[]> TASKS =
            WorkQueue.of("tasks", Codec.bytes()).bestEffort();
    private static final Service<byte[], Integer> LENGTH = Service.of("length", Codec.bytes(), Codec.int32());

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(Zmq.transport(), Zmtp.transport()), Arguments.of(Zmtp.transport(), Zmq.transport()));
    }

    private static Node open(String name, TransportProvider transport, String listen) {
        return Node.builder(name)
                .listen(listen)
                .transport(transport)
                .delivery(Reliability.inMemory())
                .open();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldDoAllThatNodesDoInBothDirections(TransportProvider dialling, TransportProvider listening)
            throws Exception {
        try (Node a = open("a", dialling, "tcp://127.0.0.1:0");
                Node b = open("b", listening, "tcp://127.0.0.1:0")) {
            a.addPeer(b.endpoints().get(0));
            a.awaitPeers(1, PATIENCE);
            b.awaitPeers(1, PATIENCE);
            exchange(a, b);
            exchange(b, a);
            for (Node node : List.of(a, b)) {
                assertEquals(0, node.counters().get(Happening.MALFORMED_FRAME));
                assertEquals(0, node.counters().get(Happening.PROTOCOL_ERROR));
                assertEquals(0, node.counters().get(Happening.SEQUENCE_HOLE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldFindEachOtherAgainAfterARestart(TransportProvider dialling, TransportProvider listening)
            throws Exception {
        try (Node a = open("a", dialling, "tcp://127.0.0.1:0")) {
            Node first = open("b", listening, "tcp://127.0.0.1:0");
            String where = first.endpoints().get(0).toString();
            a.addPeer(first.endpoints().get(0));
            a.awaitPeers(1, PATIENCE);
            exchange(a, first);
            first.close();
            try (Node second = open("b", listening, where)) {
                second.awaitPeers(1, PATIENCE);
                exchange(a, second);
                exchange(second, a);
            }
        }
    }

    private static void exchange(Node from, Node to) throws Exception {
        BlockingQueue<Integer> got = new LinkedBlockingQueue<>();
        try (var ticks = to.subscribe(TICKS, m -> got.add(m.value().length));
                var orders = to.subscribe(ORDERS, m -> got.add(m.value().length));
                var jobs = to.pull(JOBS, m -> got.add(m.value().length));
                var tasks = to.pull(TASKS, m -> got.add(m.value().length));
                var length = to.reply(LENGTH, value -> value.length)) {
            from.publisher(TICKS).awaitSubscribers(1, PATIENCE);
            from.publisher(ORDERS).awaitSubscribers(1, PATIENCE);
            from.requester(LENGTH).to(peer(from, to)).awaitRepliers(1, PATIENCE);
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            int expected = 0;
            for (int size : SIZES) {
                byte[] value = new byte[size];
                from.publisher(TICKS).send(value);
                from.pusher(TASKS).send(value);
                receipts.add(from.publisher(ORDERS).sendAsync(Outgoing.of(value), Stage.PROCESSED));
                receipts.add(from.pusher(JOBS).sendAsync(Outgoing.of(value), Stage.PROCESSED));
                assertEquals(
                        size,
                        from.requester(LENGTH).to(peer(from, to)).request(value).get());
                expected += 4 * size;
            }
            for (CompletableFuture<Receipt> receipt : receipts) {
                assertEquals(
                        List.of(to.name()),
                        receipt.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).by());
            }
            int sum = 0;
            for (int i = 0; i < 4 * SIZES.length; i++) {
                Integer one = got.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertTrue(one != null, "a message is missing");
                sum += one;
            }
            assertEquals(expected, sum);
        }
    }

    private static io.parley.core.Peer peer(Node from, Node to) {
        return from.peers().stream()
                .filter(peer -> peer.id().equals(to.id()))
                .findFirst()
                .orElseThrow();
    }
}
