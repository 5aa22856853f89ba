package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The receiving half over a socket that gives bytes in every possible portion. */
@Timeout(60)
class ConnectionTest {
    private final Buffers buffers = new Buffers();
    private final Heard heard = new Heard();

    private Connection connection(FakeSocket socket) {
        return new Connection(heard, socket, null, "nowhere:1", buffers);
    }

    private static Wire linked() {
        return new Wire().greeting().ready("DEALER");
    }

    @Test
    void shouldReadTheSameHoweverTheBytesAreSplit() throws Exception {
        byte[] all = linked().message()
                .message(Wire.repeat(255, 1))
                .command("PING", (byte) 0, (byte) 7, (byte) 'x')
                .message(Wire.repeat(300, 2))
                .message((byte) 9)
                .bytes();
        for (int split = 0; split <= all.length; split++) {
            int first = split;
            int[] portions = {first, all.length - first};
            int[] turn = {0};
            assertReads(all, () -> turn[0] < 2 ? portions[turn[0]++] : Integer.MAX_VALUE);
        }
        assertReads(all, () -> 1);
        assertReads(all, () -> 2);
        assertReads(all, () -> 7);
    }

    private void assertReads(byte[] all, IntSupplier portions) throws Exception {
        FakeSocket socket = new FakeSocket().gives(all, portions);
        Connection connection = connection(socket);
        heard.bytes.clear();
        Heard.drain(connection, socket);
        assertTrue(connection.isUp());
        assertEquals(4, heard.bytes.size());
        assertEquals(0, heard.bytes.get(0).length);
        assertArrayEquals(Wire.repeat(255, 1), heard.bytes.get(1));
        assertArrayEquals(Wire.repeat(300, 2), heard.bytes.get(2));
        assertArrayEquals(new byte[] {9}, heard.bytes.get(3));
        assertEquals(7, heard.tenths);
        connection.close();
        assertNothingLeaks();
    }

    private void assertNothingLeaks() {
        assertEquals(0, buffers.read().begun());
        assertEquals(0, buffers.read().own().inUse());
        assertTrue(buffers.read().pool().inUse() <= ReadBuffers.SIZE);
    }

    @Test
    void shouldKeepInterleavedConnectionsApart() throws Exception {
        long seed = Seed.next("interleaved connections");
        Random random = new Random(seed);
        int links = 5;
        FakeSocket[] sockets = new FakeSocket[links];
        Connection[] connections = new Connection[links];
        Heard[] each = new Heard[links];
        byte[][][] sent = new byte[links][][];
        for (int i = 0; i < links; i++) {
            Wire wire = linked();
            sent[i] = new byte[40][];
            for (int n = 0; n < sent[i].length; n++) {
                sent[i][n] = new byte[random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(3000)];
                random.nextBytes(sent[i][n]);
                wire.message(sent[i][n]);
            }
            sockets[i] = new FakeSocket().gives(wire.bytes(), () -> 1 + random.nextInt(100_000));
            each[i] = new Heard();
            each[i].keeping = i == 0;
            connections[i] = new Connection(each[i], sockets[i], null, "nowhere:" + i, buffers);
        }
        for (boolean more = true; more; ) {
            more = false;
            for (int i = 0; i < links; i++) {
                connections[i].in().read(sockets[i]);
                more |= !sockets[i].isDrained();
            }
        }
        for (int i = 0; i < links; i++) {
            for (int n = 0; n < sent[i].length; n++) {
                byte[] got = i == 0 ? Heard.copy(each[i].kept.get(n)) : each[i].bytes.get(n);
                assertArrayEquals(sent[i][n], got, "seed " + seed + " link " + i + " frame " + n);
            }
            connections[i].close();
        }
        each[0].kept.forEach(frame -> frame.release());
        assertNothingLeaks();
    }

    @Test
    void shouldNotLetSmallFramesThatAreKeptHoldUnboundedMemory() throws Exception {
        heard.keeping = true;
        FakeSocket socket = new FakeSocket();
        Connection connection = connection(socket);
        socket.gives(linked().bytes(), () -> Integer.MAX_VALUE);
        Heard.drain(connection, socket);
        Wire wire = new Wire();
        for (int i = 0; i < 400; i++) {
            wire.message((byte) i, (byte) 1).message(Wire.repeat(255_000, i));
        }
        socket.gives(wire.bytes(), () -> Integer.MAX_VALUE);
        Heard.drain(connection, socket);

        assertEquals(800, heard.kept.size());
        assertTrue(buffers.read().pool().inUse() <= 96L * ReadBuffers.SIZE);
        assertTrue(buffers.read().own().inUse() <= 1 << 24);
        for (int i = 0; i < 400; i++) {
            assertArrayEquals(new byte[] {(byte) i, 1}, Heard.copy(heard.kept.get(2 * i)));
            assertArrayEquals(Wire.repeat(255_000, i), Heard.copy(heard.kept.get(2 * i + 1)));
        }
        heard.kept.forEach(frame -> frame.release());
        connection.close();
        assertNothingLeaks();
    }

    @Test
    void shouldRefuseToReleaseAFrameMoreOftenThanItWasTaken() throws Exception {
        heard.keeping = true;
        FakeSocket socket =
                new FakeSocket().gives(linked().message(new byte[300_00]).bytes(), () -> 20_000);
        Connection connection = connection(socket);
        FakeSocket other = new FakeSocket().gives(linked().bytes(), () -> 1000);
        connection.in().read(socket);
        connection(other).read();
        Heard.drain(connection, socket);
        heard.kept.get(0).retain();
        heard.kept.get(0).release();
        heard.kept.get(0).release();
        assertThrows(IllegalStateException.class, () -> heard.kept.get(0).release());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 1L << 32, ZmtpTransport.MAX_FRAME + 1})
    void shouldRefuseALengthBeyondTheLimitBeforeMakingRoom(long length) throws Exception {
        assertRefused(linked().longHead(0, length).bytes(), "at most");
        assertRefused(linked().longHead(4, length).bytes(), "at most");
        assertRefused(new Wire().greeting().longHead(4, length).bytes(), "at most");
        assertNothingLeaks();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 64, 128, 5})
    void shouldRefuseFlagsThatMeanNothing(int flags) throws Exception {
        assertRefused(linked().frame(flags, new byte[3]).bytes(), "flags");
    }

    @Test
    void shouldRefuseAMessageInSeveralParts() throws Exception {
        assertRefused(linked().frame(1, new byte[3]).bytes(), "several parts");
    }

    @Test
    void shouldRefuseAMessageBeforeReady() throws Exception {
        assertRefused(new Wire().greeting().message((byte) 1).bytes(), "before READY");
    }

    @ParameterizedTest
    @CsvSource({"REQ", "REP", "PUB", "SUB", "PUSH", "PULL", "PAIR", "dealer", "XXXXXXX"})
    void shouldRefuseOtherSocketTypes(String type) throws Exception {
        assertRefused(new Wire().greeting().ready(type).bytes(), type);
    }

    @ParameterizedTest
    @CsvSource({"0,0,NULL", "1,0,NULL", "2,1,NULL", "3,0,PLAIN", "3,1,CURVE", "3,1,NULLX", "3,1,''"})
    void shouldRefuseOtherVersionsAndMechanisms(int major, int minor, String mechanism) throws Exception {
        assertRefused(
                new Wire().greeting(major, minor, mechanism).ready("DEALER").bytes(), "");
    }

    @ParameterizedTest
    @CsvSource({"3,0", "3,1", "3,2", "4,0"})
    void shouldAcceptLaterVersions(int major, int minor) throws Exception {
        FakeSocket socket = new FakeSocket()
                .gives(new Wire().greeting(major, minor, "NULL").ready("ROUTER").bytes(), () -> 10);
        Heard.drain(connection(socket), socket);
        assertEquals(1, heard.up.size());
    }

    @Test
    void shouldReportTheReasonOfAnError() throws Exception {
        byte[] reason = "\4go\1!".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(new Wire().greeting().command("ERROR", reason).bytes(), "go?!");
        assertRefused(linked().command("ERROR", reason).bytes(), "go?!");
    }

    @Test
    void shouldRefuseMalformedCommands() throws Exception {
        assertRefused(linked().command("PING").bytes(), "PING");
        assertRefused(linked().frame(4, new byte[0]).bytes(), "empty");
        assertRefused(linked().frame(4, new byte[] {9, 'P'}).bytes(), "name");
        assertRefused(new Wire().greeting().command("READY", (byte) 200).bytes(), "name");
        assertRefused(
                new Wire()
                        .greeting()
                        .command("READY", (byte) 1, (byte) 'x', (byte) 0)
                        .bytes(),
                "middle");
        assertRefused(
                new Wire()
                        .greeting()
                        .command("READY", (byte) 1, (byte) 'x', (byte) -1, (byte) -1, (byte) -1, (byte) -1)
                        .bytes(),
                "4294967295");
    }

    @Test
    void shouldIgnoreCommandsThatItDoesNotKnow() throws Exception {
        FakeSocket socket = new FakeSocket()
                .gives(
                        linked().command("SUBSCRIBE", (byte) 1)
                                .command("LATER")
                                .message((byte) 5)
                                .bytes(),
                        () -> 3);
        Heard.drain(connection(socket), socket);
        assertArrayEquals(new byte[] {5}, heard.bytes.get(0));
    }

    @Test
    void shouldAnswerAPingWithItsContext() throws Exception {
        FakeSocket socket = new FakeSocket();
        socket.gives(
                linked().command("PING", (byte) 1, (byte) 0, (byte) 'a', (byte) 'b')
                        .bytes(),
                () -> 11);
        Connection connection = connection(socket);
        Heard.drain(connection, socket);
        connection.out().flush();
        byte[] expected = new Wire()
                .ready("ROUTER")
                .command("PONG", (byte) 'a', (byte) 'b')
                .bytes();
        assertArrayEquals(expected, socket.written.toByteArray());
        assertEquals(256, heard.tenths);
    }

    @Test
    void shouldNotPileUpAnswersForAPeerThatDoesNotReadThem() throws Exception {
        Wire wire = linked();
        for (int i = 0; i < 100_000; i++) {
            wire.command("PING", (byte) 0, (byte) 0);
        }
        FakeSocket socket = new FakeSocket().gives(wire.bytes(), () -> 100_000).takes(() -> 0);
        Connection connection = connection(socket);
        Heard.drain(connection, socket);
        assertTrue(buffers.read().own().inUse() <= 2 * Outbound.MAX_HELD);
    }

    private void assertRefused(byte[] bytes, String why) throws Exception {
        for (int portion : new int[] {1, 5, Integer.MAX_VALUE}) {
            FakeSocket socket = new FakeSocket().gives(bytes, () -> portion);
            Connection connection = connection(socket);
            ProtocolViolation violation =
                    assertThrows(ProtocolViolation.class, () -> Heard.drain(connection, socket), "portions " + portion);
            assertTrue(violation.detail().contains(why), violation.detail());
            connection.close();
        }
    }

    @Test
    void shouldRefuseStrangersAtTheirFirstByte() throws Exception {
        for (String stranger : new String[] {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", "\u0016\u0003\u0001"}) {
            Greeting greeting = new Greeting();
            ByteBuffer first = ByteBuffer.wrap(stranger.getBytes(StandardCharsets.ISO_8859_1), 0, 1);
            assertThrows(ProtocolViolation.class, () -> greeting.consume(first));
        }
    }
}
