package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Link;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against libzmq, which decides what ZMTP is. */
@Timeout(90)
class LibzmqInteropTest {
    private static final int[] SIZES = {16, 0, 1, 255, 256, 1000, 8192, 65_536, 100_000};
    private static final String SIZE_LIST = "16,0,1,255,256,1000,8192,65536,100000";

    @TempDir
    Path directory;

    private static void echoUntilEnded(Side side, LibzmqPeer peer, String hello) throws Exception {
        boolean[] greeted = {hello.isEmpty()};
        side.await(() -> {
            if (!greeted[0] && !side.up.isEmpty()) {
                side.send(last(side), hello.getBytes(StandardCharsets.US_ASCII));
                greeted[0] = true;
            }
            while (!side.frames.isEmpty()) {
                side.send(last(side), side.frames.remove(0));
            }
            return !peer.isRunning();
        });
        assertTrue(peer.isContent());
        assertEquals(List.of(), side.troubles);
    }

    private static Link last(Side side) {
        return side.up.get(side.up.size() - 1);
    }

    private static void talk(Side side, LibzmqPeer peer) throws Exception {
        side.await(() -> !side.up.isEmpty());
        Random random = new Random(3);
        List<byte[]> sent = new ArrayList<>();
        for (int size : SIZES) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            side.send(last(side), bytes);
            sent.add(bytes);
        }
        side.await(() -> side.frames.size() == sent.size());
        for (int i = 0; i < SIZES.length; i++) {
            assertArrayEquals(sent.get(i), side.frames.get(i));
        }
        assertTrue(peer.isContent());
    }

    @ParameterizedTest
    @CsvSource({"DEALER,''", "ROUTER,hello"})
    void shouldHearALibzmqThatConnects(String type, String hello) throws Exception {
        try (Side side = new Side();
                LibzmqPeer peer =
                        LibzmqPeer.start(type, "connect", side.listen().toString(), "talk", SIZE_LIST)) {
            echoUntilEnded(side, peer, hello);
        }
    }

    @ParameterizedTest
    @CsvSource({"DEALER,''", "ROUTER,hello"})
    void shouldHearALibzmqThatWasDialled(String type, String hello) throws Exception {
        try (Side side = new Side();
                LibzmqPeer peer = LibzmqPeer.start(type, "bind", "tcp://127.0.0.1:*", "talk", SIZE_LIST)) {
            side.transport.dial(Endpoint.parse(peer.endpoint));
            echoUntilEnded(side, peer, hello);
        }
    }

    @ParameterizedTest
    @CsvSource({"DEALER", "ROUTER"})
    void shouldBeHeardByALibzmq(String type) throws Exception {
        try (Side side = new Side();
                LibzmqPeer peer = LibzmqPeer.start(type, "bind", "tcp://127.0.0.1:*", "echo", SIZE_LIST)) {
            side.transport.dial(Endpoint.parse(peer.endpoint));
            talk(side, peer);
        }
        try (Side side = new Side();
                LibzmqPeer peer =
                        LibzmqPeer.start(type, "connect", side.listen().toString(), "echo", SIZE_LIST)) {
            talk(side, peer);
        }
    }

    @Test
    void shouldAnswerTheHeartbeatsOfALibzmq() throws Exception {
        try (Side side = new Side();
                LibzmqPeer peer =
                        LibzmqPeer.start("DEALER", "connect", side.listen().toString(), "listen", "2", "100")) {
            echoUntilEnded(side, peer, "");
            assertEquals(1, side.up.size());
        }
        try (Side side = new Side();
                LibzmqPeer peer = LibzmqPeer.start("ROUTER", "bind", "tcp://127.0.0.1:*", "listen", "2", "100")) {
            side.transport.dial(Endpoint.parse(peer.endpoint));
            echoUntilEnded(side, peer, "hello");
            assertEquals(1, side.up.size());
        }
    }

    @Test
    void shouldBeFoundAgainAfterARestart() throws Exception {
        Side first = new Side();
        Endpoint endpoint = first.listen();
        try (LibzmqPeer peer = LibzmqPeer.start("DEALER", "connect", endpoint.toString(), "talk", "10,20,30")) {
            first.await(() -> first.up.size() == 1 && first.frames.size() == 3);
            first.close();
            try (Side second = new Side()) {
                second.transport.bind(endpoint);
                second.await(() -> second.up.size() == 1);
                first.frames.forEach(frame -> second.send(last(second), frame));
                echoUntilEnded(second, peer, "");
            }
        }
    }

    @Test
    void shouldMeetOnSocketFilesAndOnIpv6() throws Exception {
        String file = "ipc://" + directory.resolve("a.sock");
        try (Side side = new Side()) {
            side.transport.bind(Endpoint.parse(file));
            try (LibzmqPeer peer = LibzmqPeer.start("DEALER", "connect", file, "talk", SIZE_LIST)) {
                echoUntilEnded(side, peer, "");
            }
        }
        try (Side side = new Side();
                LibzmqPeer peer =
                        LibzmqPeer.start("ROUTER", "bind", "ipc://" + directory.resolve("b.sock"), "echo", SIZE_LIST)) {
            side.transport.dial(Endpoint.parse(peer.endpoint));
            talk(side, peer);
        }
        try (Side side = new Side()) {
            Endpoint endpoint = side.transport.bind(Endpoint.parse("tcp://[::1]:0"));
            try (LibzmqPeer peer = LibzmqPeer.start("DEALER", "connect", endpoint.toString(), "talk", SIZE_LIST)) {
                echoUntilEnded(side, peer, "");
            }
        }
        try (Side side = new Side();
                LibzmqPeer peer = LibzmqPeer.start("DEALER", "bind", "tcp://[::1]:*", "echo", SIZE_LIST)) {
            side.transport.dial(Endpoint.parse(peer.endpoint));
            talk(side, peer);
        }
    }

    @Test
    void shouldRefuseWhatIsLargerThanAFrame() throws Exception {
        try (Side side = new Side();
                LibzmqPeer peer =
                        LibzmqPeer.start("DEALER", "connect", side.listen().toString(), "talk", "10000000")) {
            side.await(() -> side.troubles.size() == 1 && side.down.size() == 1);
            assertTrue(side.troubles.get(0).contains("PROTOCOL_ERROR"), side.troubles.get(0));
            assertTrue(side.troubles.get(0).contains("10000000"), side.troubles.get(0));
            assertTrue(peer.isRunning());
        }
    }

    @Test
    void shouldRefuseAMessageInSeveralParts() throws Exception {
        try (Side side = new Side();
                LibzmqPeer peer =
                        LibzmqPeer.start("REQ", "connect", side.listen().toString(), "talk", "10")) {
            side.await(() -> !side.troubles.isEmpty());
            assertTrue(side.troubles.get(0).contains("REQ"), side.troubles.get(0));
            assertTrue(peer.isRunning());
        }
    }
}
