package io.parley.transport.internal.jeromq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.RawPeer;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections come up, and how soon those that do not are given up. */
@Timeout(60)
class GreetingTest {
    private static Endpoint on(ServerSocket socket) {
        return new Endpoint("tcp", "127.0.0.1", socket.getLocalPort());
    }

    private static ServerSocket listen(int backlog) throws IOException {
        return new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    }

    /** JeroMQ leaves one greeting in twenty lying until something else happens in its thread. */
    @Test
    void shouldPushGreetingsThatAreStuck() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            for (int i = 1; i <= 300; i++) {
                int count = i;
                Party.Pair pair = Party.connect(a, b, at);
                a.transport.drop(pair.dialling());
                Party.await("down", () -> a.down.size() == count && b.down.size() == count, a, b);
            }
            // a busy machine may cause one or another; without the push nearly all that are stuck are given up
            long stuck = count(a, TransportTrouble.STUCK_GREETING);
            long late = count(a, TransportTrouble.HANDSHAKE_TIMEOUT);
            assertTrue(late <= 1 + stuck / 3, late + " of " + stuck + " greetings that were stuck were given up");
        }
    }

    private static long count(Party party, TransportTrouble kind) {
        return party.troubles.stream().filter(trouble -> trouble == kind).count();
    }

    @Test
    void shouldNotCallAConnectionUpBeforeTheOtherSideGreets() throws IOException {
        try (ServerSocket silent = listen(50);
                Party a = Party.open("a")) {
            long start = System.nanoTime();
            a.transport.dial(on(silent));
            Party.await("failure", () -> !a.failed.isEmpty(), a);

            assertEquals(List.of(), a.dialled);
            assertTrue(System.nanoTime() - start < 3_000_000_000L, "greeting awaited for too long");
            assertTrue(a.troubles.contains(TransportTrouble.HANDSHAKE_TIMEOUT), a.toString());
        }
    }

    @Test
    void shouldGiveUpADialWhoseConnectIsNotAnswered() throws IOException {
        List<Socket> fill = new ArrayList<>();
        try (ServerSocket full = listen(1);
                Party a = Party.open("a")) {
            boolean answered = true;
            while (answered && fill.size() < 20) {
                Socket one = new Socket();
                fill.add(one);
                answered = answers(one, full);
            }
            long start = System.nanoTime();
            a.transport.dial(on(full));
            Party.await("failure", () -> !a.failed.isEmpty(), a);

            assertTrue(System.nanoTime() - start < 2_500_000_000L, "given up too late");
            assertEquals(1, a.failed.size());
        } finally {
            for (Socket one : fill) {
                one.close();
            }
        }
    }

    private static boolean answers(Socket one, ServerSocket full) {
        try {
            one.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** After a protocol error JeroMQ's session neither reconnects nor says so. */
    @Test
    void shouldFailADialOfAnotherServiceAndStillReachThePortLater() throws IOException {
        Endpoint at;
        try (Party a = Party.open("a")) {
            try (ServerSocket other = listen(50)) {
                at = on(other);
                a.transport.dial(at);
                try (Socket accepted = other.accept()) {
                    accepted.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(US_ASCII));
                    long start = System.nanoTime();
                    Party.await("failure", () -> !a.failed.isEmpty(), a);
                    assertTrue(System.nanoTime() - start < 1_000_000_000L, "noticed too late");
                }
            }
            a.failed.clear();
            try (Party b = Party.open("b")) {
                b.transport.bind(at);
                Party.connect(a, b, at);
            }
        }
    }

    @Test
    void shouldEndALinkToASocketOfAnotherKind() throws IOException {
        try (ServerSocket other = listen(50);
                Party a = Party.open("a")) {
            a.transport.dial(on(other));
            // the loop must turn meanwhile, or nobody pushes a greeting that is stuck
            CompletableFuture<RawPeer> pub = CompletableFuture.supplyAsync(() -> greetAsPublisher(other));
            Party.await("the end of it", () -> a.failed.size() + a.down.size() > 0, a);
            Party.linger(Duration.ofMillis(300), a);
            pub.join().close();
            assertEquals(a.dialled, a.down);
            assertEquals(1, a.failed.size() + a.dialled.size());
        }
    }

    private static RawPeer greetAsPublisher(ServerSocket server) {
        while (true) {
            try {
                return RawPeer.on(server.accept()).greet("PUB");
            } catch (EOFException cut) {
                // the other side gave the greeting up, and comes again
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** With JeroMQ's own backlog of 100 this takes three seconds. */
    @Test
    void shouldAcceptSixHundredConnectsAtOnce() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try (Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            long start = System.nanoTime();
            List<SocketChannel> channels = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port()));
                channels.add(channel);
                sockets.add(channel.socket());
            }
            for (SocketChannel channel : channels) {
                while (!channel.finishConnect()) {
                    b.poll();
                }
            }
            long took = System.nanoTime() - start;
            assertTrue(took < 900_000_000L, "took " + took / 1_000_000 + " ms");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void shouldCloseWhoConnectsAndSaysNothing() throws IOException {
        Tuning impatient =
                new Tuning(Tuning.MAX_FRAME, 16, 16, Duration.ofMillis(700).toNanos());
        try (Party b = Party.open("b", impatient);
                RawPeer mute = RawPeer.connect(b.transport.bind(Party.ANY).port())) {
            mute.greet("ROUTER");
            Party.await("trouble", () -> b.troubles.contains(TransportTrouble.HANDSHAKE_TIMEOUT), b);
            assertTrue(mute.isClosedByOther());
            assertEquals(List.of(), b.accepted);
        }
    }

    @Test
    void shouldNameTheOtherSideByItsOwnAddress() throws IOException {
        try (Party b = Party.open("b");
                RawPeer peer = RawPeer.connect(b.transport.bind(Party.ANY).port())) {
            peer.greet("ROUTER").write((byte) 0, (byte) 3, (byte) 7, (byte) 8, (byte) 9);
            Party.await("frame", () -> !b.frames.isEmpty(), b);

            assertEquals(
                    "127.0.0.1:" + peer.socket.getLocalPort(), b.accepted.get(0).remoteAddress());
            assertEquals(3, b.frames.get(0).length);

            b.transport.drop(b.accepted.get(0));
            Party.await("down", () -> b.down.size() == 1, b);
            assertTrue(peer.isClosedByOther(), "JeroMQ kept a connection that was dropped");
        }
    }
}
