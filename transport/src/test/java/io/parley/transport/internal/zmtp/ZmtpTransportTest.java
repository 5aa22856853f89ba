package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportProvider;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ZmtpTransportTest {
    @TempDir
    Path directory;

    private static void assertTalks(Side server, Endpoint target) {
        try (Side client = new Side()) {
            int up = server.up.size();
            client.transport.dial(target);
            Side.await(() -> server.up.size() == up + 1 && client.up.size() == 1, server, client);
            server.frames.clear();
            client.send(client.up.get(0), new byte[] {4, 2});
            server.send(server.up.get(up), new byte[] {2, 4});
            Side.await(() -> server.frames.size() == 1 && client.frames.size() == 1, server, client);
            assertArrayEquals(new byte[] {4, 2}, server.frames.get(0));
            assertArrayEquals(new byte[] {2, 4}, client.frames.get(0));
        }
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertTrue(ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .anyMatch(provider -> provider.name().equals("zmtp")));
        assertEquals("zmtp", Zmtp.transport().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "0.0.0.0", "::", "127.0.0.1", "::1"})
    void shouldListenOnEachKindOfAddress(String host) {
        try (Side server = new Side()) {
            Endpoint bound = server.transport.bind(new Endpoint("tcp", host, 0));
            assertTrue(bound.port() > 0);
            if (!host.equals("::1")) {
                assertTalks(server, bound.withHost("127.0.0.1"));
            }
            if (!host.contains(".")) {
                assertTalks(server, bound.withHost("::1"));
            }
        }
    }

    @Test
    void shouldRefuseAddressesThatCannotBeListenedOn() throws IOException {
        try (Side side = new Side();
                Side other = new Side()) {
            Endpoint taken = side.listen();
            assertEquals(ErrorCode.ADDRESS_IN_USE, code(other, taken));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, code(other, Endpoint.parse("tcp://192.0.2.7:0")));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, code(other, Endpoint.parse("tcp://localhost:0")));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, code(other, Endpoint.parse("tcp://999.1.1.1:0")));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, code(other, Endpoint.parse("udp://127.0.0.1:0")));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, code(other, Endpoint.parse("ipc:///no/such/directory/x")));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, code(other, Endpoint.parse("ipc:///" + "x".repeat(200))));
            Path plain = Files.writeString(directory.resolve("plain"), "precious");
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, code(other, Endpoint.parse("ipc://" + plain)));
            assertEquals("precious", Files.readString(plain));
        }
    }

    private static ErrorCode code(Side side, Endpoint endpoint) {
        return assertThrows(ParleyException.class, () -> side.transport.bind(endpoint), endpoint.toString())
                .code();
    }

    @Test
    void shouldFailADialToWhatIsNoAddress() {
        try (Side side = new Side()) {
            for (String text : new String[] {"tcp://name:1", "udp://1.2.3.4:5", "ipc:///no/such/file"}) {
                side.transport.dial(Endpoint.parse(text));
            }
            side.await(() -> side.failed.size() == 3);
        }
    }

    @Test
    void shouldUseSocketFilesAndCleanUpAfterItself() throws IOException {
        Path file = directory.resolve("node.sock");
        Endpoint endpoint = Endpoint.parse("ipc://" + file);
        try (Side server = new Side();
                Side second = new Side()) {
            assertEquals(endpoint, server.transport.bind(endpoint));
            assertTalks(server, endpoint);
            assertEquals(ErrorCode.ADDRESS_IN_USE, code(second, endpoint));
            assertTalks(server, endpoint);
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldTakeOverASocketFileThatADeadProcessLeft() throws IOException {
        Path file = directory.resolve("dead.sock");
        java.nio.channels.ServerSocketChannel dead =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
        dead.bind(java.net.UnixDomainSocketAddress.of(file));
        dead.close();
        assertTrue(Files.exists(file));
        try (Side server = new Side()) {
            server.transport.bind(Endpoint.parse("ipc://" + file));
            assertTalks(server, Endpoint.parse("ipc://" + file));
        }
    }

    @Test
    void shouldLeaveASocketFileThatSomebodyElseMadeMeanwhile() throws IOException {
        Path file = directory.resolve("other.sock");
        Side first = new Side();
        first.transport.bind(Endpoint.parse("ipc://" + file));
        Files.delete(file);
        try (Side second = new Side()) {
            second.transport.bind(Endpoint.parse("ipc://" + file));
            first.close();
            assertTalks(second, Endpoint.parse("ipc://" + file));
        }
    }

    @Test
    void shouldWorkOnWhenTheThreadIsInterruptedWhileItWaits() {
        try (Side server = new Side();
                Side client = new Side()) {
            client.transport.dial(server.listen());
            Side.await(() -> server.up.size() == 1 && client.up.size() == 1, server, client);
            Thread self = Thread.currentThread();
            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(self::interrupt);
            for (int i = 0; i < 100 && !self.isInterrupted(); i++) {
                client.transport.poll(Duration.ofSeconds(10).toNanos(), client);
            }
            try {
                assertTrue(self.isInterrupted());
                long start = System.nanoTime();
                client.transport.poll(Duration.ofMillis(50).toNanos(), client);
                assertTrue(System.nanoTime() - start > 40_000_000, "the flag must not make the loop spin");
                client.send(client.up.get(0), new byte[100_000]);
                Side.await(() -> server.frames.size() == 1, server, client);
                assertTrue(self.isInterrupted());
                client.transport.close(Duration.ofSeconds(1));
                assertTrue(self.isInterrupted());
            } finally {
                Thread.interrupted();
            }
            assertEquals(0, client.down.size());
        }
    }

    @Test
    void shouldLeaveNoDescriptorOpen() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors));
        try (Side warm = new Side()) {
            assertTalks(warm, warm.listen());
        }
        long before = count(descriptors);
        for (int i = 0; i < 20; i++) {
            try (Side server = new Side()) {
                Endpoint endpoint = server.listen();
                server.transport.bind(Endpoint.parse("ipc://" + directory.resolve("fd.sock")));
                assertTalks(server, endpoint);
                server.transport.dial(Endpoint.parse("tcp://127.0.0.1:1"));
                server.transport.dial(endpoint);
            }
        }
        assertTrue(count(descriptors) <= before + 3, before + " before, " + count(descriptors) + " after");
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }

    @Test
    void shouldDeliverWhatWasTakenBeforeItClosed() {
        try (Side server = new Side()) {
            Endpoint endpoint = server.listen();
            Side client = new Side();
            client.transport.dial(endpoint);
            Side.await(() -> server.up.size() == 1 && client.up.size() == 1, server, client);
            int taken = 0;
            while (client.transport.send(client.up.get(0), Side.frame(new byte[60_000])) == Sent.TAKEN) {
                taken++;
            }
            // unread at the side that closes: a careless close would reset the connection
            server.send(server.up.get(0), new byte[10]);
            server.transport.poll(0, server);
            CompletableFuture<Void> closing =
                    CompletableFuture.runAsync(() -> client.transport.close(Duration.ofSeconds(10)));
            server.await(() -> server.down.size() == 1);
            closing.join();
            assertEquals(taken, server.frames.size());
        }
    }

    @Test
    void shouldRefuseFramesAboveTheLimit() {
        try (Side server = new Side();
                Side client = new Side()) {
            client.transport.dial(server.listen());
            Side.await(() -> client.up.size() == 1, server, client);
            ParleyException refusal = assertThrows(
                    ParleyException.class,
                    () -> client.transport.send(client.up.get(0), Side.frame(new byte[ZmtpTransport.MAX_FRAME + 1])));
            assertEquals(ErrorCode.MESSAGE_TOO_LARGE, refusal.code());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "ipc"})
    void shouldNotLoseTheStreamOverManySizesUnderPressure(String scheme) {
        long seed = Seed.next("pressure");
        Random random = new Random(seed);
        try (Side server = new Side();
                Side client = new Side()) {
            server.keepFrames = false;
            client.transport.dial(
                    scheme.equals("tcp")
                            ? server.listen()
                            : server.transport.bind(Endpoint.parse("ipc://" + directory.resolve("p.sock"))));
            Side.await(() -> server.up.size() == 1 && client.up.size() == 1, server, client);
            long sent = 0;
            int frames = 0;
            while (frames < 3000) {
                byte[] body = new byte[random.nextInt(random.nextInt(10) == 0 ? 262_145 : 5000)];
                Sent answer = client.transport.send(client.up.get(0), Side.frame(body));
                if (answer == Sent.TAKEN) {
                    frames++;
                    sent += body.length;
                } else {
                    client.transport.poll(0, client);
                    server.transport.poll(0, server);
                }
            }
            int all = frames;
            Side.await(() -> server.frames.size() == all, server, client);
            assertEquals(sent, server.bytes, "seed " + seed);
        }
    }
}
