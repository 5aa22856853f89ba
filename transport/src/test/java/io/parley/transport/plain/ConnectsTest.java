package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections come up, and what becomes of those that do not. */
@Timeout(180)
class ConnectsTest {
    private static final String ANY = "tcp://127.0.0.1:*";
    private static final int CONNECTS = 300;

    /** JeroMQ leaves one greeting in twenty lying until something else happens in its thread. */
    @Test
    void shouldConnectThreeHundredTimesEachWithinASecond() throws Exception {
        try (Gathering at = new Gathering();
                ZmqProgram program = ZmqProgram.start("REP", "bind", ANY, "echo", "")) {
            for (int i = 0; i < CONNECTS; i++) {
                long start = System.nanoTime();
                try (PlainRequester<byte[], byte[]> requester = PlainZmq.requester(
                                at.node, Codec.bytes(), Codec.bytes())
                        .connect(program.endpoint)) {
                    assertEquals(
                            3,
                            requester
                                    .request(new byte[3])
                                    .orTimeout(20, TimeUnit.SECONDS)
                                    .join()
                                    .length);
                    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                    assertTrue(took < 1_000, "connect " + i + " took " + took + " ms");
                }
            }
            // a busy machine may cause one or another that is given up; without the push nearly all that are stuck are
            long stuck = at.events.stream()
                    .filter(e -> e.what() == Happening.GREETING_PUSHED)
                    .count();
            long late = at.events.stream()
                    .filter(e -> e.what() == Happening.DIAL_FAILED)
                    .count();
            assertTrue(late <= 1 + stuck / 3, late + " of " + stuck + " greetings that were stuck were given up");
        }
    }

    @Test
    void shouldAcceptThreeHundredConnectsEachWithinASecond() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket replier = PlainZmq.replier(at.node, Codec.bytes(), Codec.bytes(), request -> request)
                        .bind(ANY);
                ZmqProgram program = ZmqProgram.start(
                        "REQ", "connect", replier.endpoints().get(0).toString(), "connects", "" + CONNECTS)) {
            program.assertContent();
        }
    }

    /** After a protocol error JeroMQ's session neither reconnects nor says so. */
    @Test
    void shouldComeBackToAPortWhereSomethingElseListened() throws Exception {
        try (Gathering at = new Gathering()) {
            int port;
            PlainRequester<byte[], byte[]> requester;
            try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                port = other.getLocalPort();
                requester = PlainZmq.requester(at.node, Codec.bytes(), Codec.bytes())
                        .connect("tcp://127.0.0.1:" + port);
                try (Socket accepted = other.accept()) {
                    accepted.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(US_ASCII));
                    at.await("failure", () -> at.told(Happening.DIAL_FAILED, "does not speak ZMTP"));
                }
            }
            try (PlainSocket replier = PlainZmq.replier(at.node, Codec.bytes(), Codec.bytes(), request -> request)
                    .bind("tcp://127.0.0.1:" + port)) {
                assertEquals(
                        3,
                        requester
                                .request(new byte[3])
                                .orTimeout(20, TimeUnit.SECONDS)
                                .join()
                                .length);
                assertEquals(1, replier.endpoints().size());
            }
        }
    }

    /** A PUSH must not take a port where something else listens for one of its PULLs. */
    @RepeatedTest(10)
    void shouldLoseNothingToAPortWhereSomethingElseListens() throws Exception {
        try (Gathering at = new Gathering();
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                PlainSocket puller = PlainZmq.puller(at.node, Codec.utf8(), m -> at.take(m.frames()))
                        .bind(ANY);
                PlainPusher<String> pusher = PlainZmq.pusher(at.node, Codec.utf8())
                        .connect(
                                "tcp://127.0.0.1:" + silent.getLocalPort(),
                                puller.endpoints().get(0).toString())) {
            for (int i = 0; i < 500; i++) {
                pusher.send("job " + i);
            }
            for (int i = 0; i < 500; i++) {
                assertEquals("job " + i, new String(at.next().get(0), US_ASCII));
            }
        }
    }

    /** JeroMQ knows no time-out for connecting. */
    @Test
    void shouldGiveUpAConnectThatIsNotAnswered() throws IOException {
        try (Gathering at = new Gathering();
                ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket one = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort());
                Socket two = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort());
                PlainPusher<String> pusher =
                        PlainZmq.pusher(at.node, Codec.utf8()).connect("tcp://127.0.0.1:" + full.getLocalPort())) {
            at.await(
                    "failure",
                    () -> at.told(Happening.DIAL_FAILED, "not answered") || at.told(Happening.DIAL_FAILED, "greet"));
            assertTrue(one.isConnected() && two.isConnected() && pusher.connections() == 0);
        }
    }

    @Test
    void shouldFindAProgramThatWasStartedAgain() throws Exception {
        try (Gathering at = new Gathering()) {
            ZmqProgram first = ZmqProgram.start("REP", "bind", ANY, "echo", "");
            PlainRequester<byte[], byte[]> requester =
                    PlainZmq.requester(at.node, Codec.bytes(), Codec.bytes()).connect(first.endpoint);
            assertEquals(
                    3,
                    requester
                            .request(new byte[3])
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join()
                            .length);
            first.destroy();
            at.await("the loss", () -> at.told(Happening.DIAL_FAILED, "broke"));
            try (ZmqProgram second = ZmqProgram.start("REP", "bind", first.endpoint, "echo", "")) {
                at.await(
                        "an answer",
                        () -> requester
                                .request(new byte[3], Duration.ofSeconds(1))
                                .handle((value, e) -> e == null)
                                .join());
                assertEquals(first.endpoint, second.endpoint);
            }
        }
    }

    /** A TCP port on a hash of the name is behind JeroMQ's ipc, open to every local user, and libzmq finds nobody there. */
    @Test
    void shouldRefuseIpc() {
        try (Gathering at = new Gathering()) {
            for (boolean bind : List.of(true, false)) {
                PlainPlan<PlainPusher<String>> plan = PlainZmq.pusher(at.node, Codec.utf8());
                ParleyException refused =
                        assertThrows(ParleyException.class, () -> bind(plan, bind, "ipc:///tmp/parley-test"));
                assertEquals(ErrorCode.ADDRESS_UNUSABLE, refused.code());
                assertTrue(refused.getMessage().contains("tcp://127.0.0.1:*"), refused.getMessage());
            }
        }
    }

    private static PlainSocket bind(PlainPlan<? extends PlainSocket> plan, boolean bind, String endpoint) {
        return bind ? plan.bind(endpoint) : plan.connect(endpoint);
    }

    /** JeroMQ would resolve it in its I/O thread, where everything else waits. */
    @Test
    void shouldResolveNamesBeforeTheyReachJeroMq() throws InterruptedException {
        try (Gathering at = new Gathering();
                PlainSocket puller = PlainZmq.puller(at.node, Codec.utf8(), m -> at.take(m.frames()))
                        .bind("tcp://localhost:*")) {
            int port = puller.endpoints().get(0).port();
            PlainPusher<String> pusher = PlainZmq.pusher(at.node, Codec.utf8()).connect("tcp://localhost:" + port);
            pusher.send("x");
            at.next();
            ParleyException unknown =
                    assertThrows(ParleyException.class, () -> pusher.connect("tcp://no-such-host.invalid:5556"));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, unknown.code());
        }
    }
}
