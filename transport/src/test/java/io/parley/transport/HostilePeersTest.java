package io.parley.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.Service;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.spi.TransportProvider;
import io.parley.testkit.hostile.Stranger;
import io.parley.testkit.hostile.Strangers;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Strangers of every kind at once at the port of a node: each is cut off and counted, and peers notice nothing. */
@Timeout(180)
class HostilePeersTest {
    private static final Service<Integer, Integer> NEXT = Service.of("next", Codec.int32(), Codec.int32());
    /** Of each kind; {@code -Dparley.strangers=500} for more. */
    private static final int STRANGERS = Integer.getInteger("parley.strangers", 25);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long HEAP = 32 << 20;

    static Stream<TransportProvider> transports() {
        return Stream.of(Zmq.transport(), Zmtp.transport());
    }

    private static Node open(String name, TransportProvider transport, String... peers) {
        NodeBuilder builder = Node.builder(name)
                .listen("tcp://127.0.0.1:0")
                .transport(transport)
                .peers(peers);
        return builder.open();
    }

    /** An honest peer that asks one question after the other. */
    private static final class Asker implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicReference<Throwable> wrong = new AtomicReference<>();
        private final Thread thread;

        Asker(Node node) {
            thread = new Thread(() -> ask(node), "asker");
            thread.start();
        }

        private void ask(Node node) {
            try {
                for (int i = 0; !over.get(); i++) {
                    int reply = node.requester(NEXT).call(i);
                    assertEquals(i + 1, reply);
                    answered.incrementAndGet();
                }
            } catch (RuntimeException | AssertionError e) {
                wrong.set(e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            thread.join();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldCutOffEveryKindOfStrangerAndServePeersMeanwhile(TransportProvider transport) throws Exception {
        try (Node node = open("node", transport);
                Node honest = open("honest", transport, node.endpoints().get(0).toString())) {
            node.reply(NEXT, value -> value + 1);
            honest.requester(NEXT).awaitRepliers(1, PATIENCE);
            try (Asker asker = new Asker(honest)) {
                attack(node, 2, Stranger.values()); // what a first time loads and opens does not count
                long descriptors = descriptors();
                long heap = heap();
                int answered = asker.answered.get();
                for (Stranger kind : Stranger.values()) {
                    Map<Happening, Long> before = node.counters();
                    attack(node, STRANGERS, kind);
                    await(kind + " counted", () -> counted(node, before) >= STRANGERS, () -> {});
                }
                attack(node, STRANGERS, Stranger.values());
                await("descriptors given back", () -> descriptors() <= descriptors + 5, () -> {});
                await("more answers", () -> asker.answered.get() > answered + 100, () -> {});
                assertNull(asker.wrong.get());
                assertTrue(heap() < heap + HEAP, () -> "heap " + heap() + " after " + heap);
                assertEquals(1, node.peers().size());
                assertEquals(0, node.counters().get(Happening.PEER_SUSPECT));
                assertEquals(0, node.counters().get(Happening.TRANSPORT_REBUILT));
            }
        }
    }

    /** So many of each of these kinds, mixed, until all were cut off. */
    private static void attack(Node node, int each, Stranger... kinds) throws Exception {
        try (Strangers strangers = Strangers.at(node.endpoints().get(0).port())) {
            for (int i = 0; i < each; i++) {
                for (Stranger kind : kinds) {
                    strangers.knock(kind);
                }
                strangers.turn();
            }
            await("all cut off", () -> strangers.connected() == 0, strangers::turn);
            Map<Stranger, Integer> expected = new EnumMap<>(Stranger.class);
            for (Stranger kind : kinds) {
                expected.put(kind, each);
            }
            assertEquals(expected, strangers.cutOff());
            assertTrue(strangers.longest().toSeconds() < 15, () -> "one stayed for " + strangers.longest());
        }
    }

    /** How many were told of as strangers since then. */
    private static long counted(Node node, Map<Happening, Long> before) {
        Map<Happening, Long> now = node.counters();
        return Stream.of(
                        Happening.PROTOCOL_ERROR,
                        Happening.GREETING_TIMEOUT,
                        Happening.MALFORMED_FRAME,
                        Happening.CONNECTION_REFUSED)
                .mapToLong(what -> now.get(what) - before.get(what))
                .sum();
    }

    private static void await(String what, BooleanSupplier condition, Runnable meanwhile) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not in time: " + what);
            meanwhile.run();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long descriptors() {
        String[] files = new File("/proc/self/fd").list();
        return files == null ? 0 : files.length;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
