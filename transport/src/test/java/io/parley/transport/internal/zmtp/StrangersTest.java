package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Raw sockets that do what no peer would. */
@Timeout(90)
class StrangersTest {
    private final Side side = new Side(400);
    private final Endpoint endpoint = side.listen();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        side.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket knock(byte... bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        sockets.add(socket);
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private void assertTrouble(String kind, String detail) {
        side.await(() -> !side.troubles.isEmpty());
        String trouble = side.troubles.remove(0);
        assertTrue(trouble.startsWith(kind + " from 127.0.0.1:") && trouble.contains(detail), trouble);
    }

    private static void assertClosed(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                assertTrue(socket.isConnected());
            }
        } catch (java.net.SocketException reset) {
            assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
        }
    }

    /** An honest peer is served while strangers do what they do. */
    private void assertServesOthers() {
        try (Side peer = new Side()) {
            int before = side.up.size();
            peer.transport.dial(endpoint);
            Side.await(() -> peer.up.size() == 1 && side.up.size() == before + 1, side, peer);
            side.frames.clear();
            peer.send(peer.up.get(0), new byte[] {1, 2, 3});
            Side.await(() -> side.frames.size() == 1, side, peer);
            assertArrayEquals(new byte[] {1, 2, 3}, side.frames.get(0));
        }
    }

    @Test
    void shouldRefuseOtherProtocolsAtOnce() throws IOException {
        Socket http = knock("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertTrouble("PROTOCOL_ERROR", "first byte is 71");
        assertClosed(http);
        Socket version1 = knock((byte) 1, (byte) 0);
        assertTrouble("PROTOCOL_ERROR", "ZMTP 1.0");
        assertClosed(version1);
        Socket version2 = knock(new Wire()
                .raw((byte) 0xFF, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0)
                .raw((byte) 0, (byte) 1, (byte) 0x7F, (byte) 1, (byte) 5)
                .bytes());
        assertTrouble("PROTOCOL_ERROR", "revision 1");
        assertClosed(version2);
        assertServesOthers();
    }

    @Test
    void shouldCutOffThoseWhoDoNotFinishTheirGreetingInTime() throws IOException {
        long start = System.nanoTime();
        Socket silent = knock();
        Socket half = knock(java.util.Arrays.copyOf(new Wire().greeting().bytes(), 33));
        Socket unready = knock(new Wire().greeting().bytes());
        Socket drip = knock((byte) 0xFF);
        side.await(() -> {
            try {
                drip.getOutputStream().write(0);
            } catch (IOException closed) {
                return side.troubles.size() == 4;
            }
            return side.troubles.size() == 4;
        });
        long took = (System.nanoTime() - start) / 1_000_000;
        assertTrue(took >= 1_900 && took < 4_000, took + " ms");
        long timedOut = side.troubles.stream()
                .filter(trouble -> trouble.startsWith("HANDSHAKE_TIMEOUT"))
                .count();
        // the one that drips fails earlier, at its tenth byte
        assertEquals(3, timedOut);
        assertClosed(silent);
        assertClosed(half);
        assertClosed(unready);
        assertServesOthers();
    }

    @Test
    void shouldRefuseHugeAndNegativeLengths() throws IOException {
        for (long length : new long[] {2_000_000_000L, 1L << 31, 1L << 63, -1, Long.MAX_VALUE}) {
            Wire linked = new Wire().greeting().ready("DEALER");
            Socket socket = knock(linked.longHead(0, length).raw(new byte[100]).bytes());
            assertTrouble("PROTOCOL_ERROR", "at most 524288");
            assertClosed(socket);
        }
        side.await(() -> side.down.size() == 5);
        assertEquals(5, side.up.size());
        assertServesOthers();
    }

    @Test
    void shouldMakeRoomForPeersWhenStrangersOnlyKnock() throws IOException {
        for (int i = 0; i < 460; i++) {
            knock();
        }
        assertServesOthers();
        assertTrue(side.troubles.stream().anyMatch(trouble -> trouble.startsWith("TOO_MANY_CONNECTIONS")));
    }

    @Test
    void shouldCutOffThoseWhoFillTheMemoryWithFramesTheyDoNotFinish() throws IOException {
        byte[] begun = new Wire()
                .greeting()
                .ready("DEALER")
                .longHead(0, 524_288)
                .raw((byte) 1)
                .bytes();
        for (int i = 0; i < 300; i++) {
            knock(begun);
        }
        side.await(() -> side.up.size() == 300);
        assertServesOthers();
        side.await(() -> true);
        assertTrue(side.troubles.stream().anyMatch(trouble -> trouble.contains("not finished")));
    }

    @Test
    void shouldStandConnectionsThatAreResetAtOnce() throws IOException {
        for (int i = 0; i < 200; i++) {
            Socket socket = knock((byte) 0xFF);
            socket.setSoLinger(true, 0);
            socket.close();
        }
        assertServesOthers();
        side.await(() -> true);
        assertEquals(1, side.up.size());
    }

    @Test
    void shouldEndADialThatGetsNoGreeting() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Endpoint there = Endpoint.parse("tcp://127.0.0.1:" + mute.getLocalPort());
            side.transport.dial(there);
            long start = System.nanoTime();
            side.await(() -> !side.failed.isEmpty());
            assertTrue(System.nanoTime() - start < 3_000_000_000L);
            assertTrue(side.failed.get(0).contains("greeting"), side.failed.get(0));
            assertTrue(side.troubles.get(0).startsWith("HANDSHAKE_TIMEOUT to 127.0.0.1:"), side.troubles.get(0));
        }
    }

    @Test
    void shouldEndADialThatIsAnsweredInAnotherLanguage() throws IOException {
        try (ServerSocket web = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            side.transport.dial(Endpoint.parse("tcp://127.0.0.1:" + web.getLocalPort()));
            side.transport.poll(0, side);
            Socket answer = web.accept();
            sockets.add(answer);
            answer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            side.await(() -> side.failed.size() == 1);
            assertEquals(1, side.troubles.size());
        }
    }

    @Test
    void shouldReadAndThrowAwayWhatComesOnALinkThatIsIgnored() throws IOException {
        side.ignoreAfterOne = true;
        Socket flood = knock(new Wire().greeting().ready("DEALER").bytes());
        side.await(() -> side.up.size() == 1);
        byte[] two = new Wire().message((byte) 1).message((byte) 2).bytes();
        flood.getOutputStream().write(two); // the second is in the same read
        side.await(() -> side.frames.size() == 1);
        Thread writer = new Thread(() -> writeQuietly(flood, new byte[8 << 20]));
        writer.start();
        side.await(() -> !writer.isAlive()); // it never stood still
        assertEquals(1, side.frames.size());
        assertServesOthers();
        side.send(side.up.get(0), "why".getBytes(StandardCharsets.US_ASCII));
        side.transport.drop(side.up.get(0));
        side.await(() -> side.down.size() == 2);
        assertClosed(flood);
        assertEquals(List.of(), side.troubles);
        assertEquals(1, side.frames.size(), "only that of the other peer");
    }

    private static void writeQuietly(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldHonourTheTimeToLiveOfAPing() throws IOException {
        knock(new Wire()
                .greeting()
                .ready("DEALER")
                .command("PING", (byte) 0, (byte) 3)
                .bytes());
        long start = System.nanoTime();
        side.await(() -> !side.down.isEmpty());
        assertTrue(side.down.get(0).contains("silent"), side.down.get(0));
        long took = (System.nanoTime() - start) / 1_000_000;
        assertTrue(took >= 300 && took < 2_000, took + " ms");
    }

    @Test
    void shouldHandUpWhatWasSentBeforeTheOtherSideReset() throws IOException {
        Wire wire = new Wire().greeting().ready("DEALER");
        Socket peer = knock(wire.bytes());
        side.await(() -> side.up.size() == 1);
        byte[] last =
                new Wire().message(Wire.repeat(20_000, 1)).message((byte) 42).bytes();
        peer.getOutputStream().write(last);
        // unread bytes at the peer make its close a reset, and the next write here fails
        peer.close();
        while (side.transport.send(side.up.get(0), Side.frame(new byte[50_000])) != io.parley.core.spi.Sent.DOWN) {
            assertTrue(side.down.isEmpty());
        }
        side.await(() -> side.down.size() == 1);
        assertEquals(2, side.frames.size());
        assertArrayEquals(new byte[] {42}, side.frames.get(1));
    }
}
