package io.parley.transport.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.core.Node;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.transport.Zmtp;
import io.parley.transport.internal.plain.Faults;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zmq.ZMQ;

/** How plain sockets end, and what they leave. */
@Timeout(120)
class ClosingTest {
    private static final String ANY = "tcp://127.0.0.1:*";

    private static long millisOf(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** With JeroMQ's own linger it waits for ever for a side that reads nothing. */
    @Test
    void shouldEndWithinTheLingerThoughNobodyReads() throws Exception {
        Gathering at = new Gathering(); // its linger is 2 s
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            PlainPusher<byte[]> pusher =
                    PlainZmq.pusher(at.node, Codec.bytes()).connect("tcp://127.0.0.1:" + silent.getLocalPort());
            for (int i = 0; i < 10; i++) {
                pusher.send(new byte[100_000]);
            }
            long took = millisOf(at::close);
            assertTrue(took < 3_000 + 500, "took " + took + " ms");
        }
        at.await("the threads", () -> Faults.threads().isEmpty());
    }

    /** An interrupt inside of JeroMQ breaks the pipe by which its threads talk, and leaves the context open. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldEndWhenInterrupted(boolean socketFirst) throws InterruptedException {
        Gathering at = new Gathering();
        PlainPusher<byte[]> pusher = PlainZmq.pusher(at.node, Codec.bytes()).bind(ANY);
        int port = pusher.endpoints().get(0).port();
        boolean[] kept = new boolean[1];
        Thread closer = new Thread(() -> {
            Thread.currentThread().interrupt();
            if (socketFirst) {
                pusher.close();
            }
            at.close();
            kept[0] = Thread.currentThread().isInterrupted();
        });
        closer.start();
        closer.join(10_000);
        assertTrue(kept[0], "the interrupt was lost, or closing hangs");
        at.await("the threads", () -> Faults.threads().isEmpty());
        at.await("the port", () -> isFree(port));
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    /** JeroMQ lets go of a port some milliseconds after its socket was closed. */
    @Test
    void shouldListenAgainAtOnceWhereItListened() {
        try (Gathering at = new Gathering()) {
            PlainSocket first = PlainZmq.puller(at.node, Codec.bytes(), m -> {}).bind(ANY);
            String endpoint = first.endpoints().get(0).toString();
            first.close();
            for (int i = 0; i < 50; i++) {
                PlainZmq.puller(at.node, Codec.bytes(), m -> {}).bind(endpoint).close();
            }
            PlainZmq.puller(at.node, Codec.bytes(), m -> {}).bind(endpoint);
            ParleyException taken = assertThrows(
                    ParleyException.class,
                    () -> PlainZmq.puller(at.node, Codec.bytes(), m -> {}).bind(endpoint));
            assertEquals(ErrorCode.ADDRESS_IN_USE, taken.code());
        }
    }

    @Test
    void shouldGiveEverythingThatWaitsBeforeItEnds() throws InterruptedException {
        try (Gathering at = new Gathering();
                Gathering other = new Gathering();
                PlainSocket puller = PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames()))
                        .bind(ANY)) {
            PlainPusher<byte[]> pusher = PlainZmq.pusher(other.node, Codec.bytes())
                    .connect(puller.endpoints().get(0).toString());
            for (int i = 0; i < 2_000; i++) {
                pusher.send(new byte[100]);
            }
            other.close();
            at.await("all", () -> at.came.size() == 2_000);
        }
    }

    @Test
    void shouldRefuseWhatIsAskedAfterTheEnd() {
        Gathering at = new Gathering();
        PlainPusher<String> pusher = PlainZmq.pusher(at.node, Codec.utf8()).bind(ANY);
        PlainRequester<String, String> requester =
                PlainZmq.requester(at.node, Codec.utf8(), Codec.utf8()).bind(ANY);
        var reply = requester.request("x");
        at.close();
        assertThrows(Exception.class, () -> reply.get(10, TimeUnit.SECONDS));
        for (Runnable call : new Runnable[] {
            () -> pusher.send("x"),
            () -> pusher.offer("x"),
            () -> pusher.bind(ANY),
            () -> PlainZmq.pusher(at.node, Codec.utf8()).bind(ANY)
        }) {
            assertEquals(
                    ErrorCode.CLOSED,
                    assertThrows(ParleyException.class, call::run).code());
        }
        pusher.close();
    }

    @Test
    void shouldStartNoThreadBeforeTheFirstSocket() {
        try (Gathering at = new Gathering()) {
            at.await("the threads of others", () -> Faults.threads().isEmpty());
            PlainZmq.puller(at.node, Codec.bytes(), m -> {}).bind(ANY);
            assertTrue(Faults.threads().size() >= 2, "" + Faults.threads());
        }
    }

    /** A node that had some leaves nothing. */
    @Test
    void shouldLeaveNothingBehind() {
        int before = descriptors();
        assumeTrue(before > 0, "no /proc/self/fd here");
        for (int i = 0; i < 100; i++) {
            try (Node node = Node.builder("cycle").transport(Zmtp.transport()).open()) {
                PlainSocket puller =
                        PlainZmq.puller(node, Codec.bytes(), m -> {}).bind(ANY);
                PlainPusher<byte[]> pusher = PlainZmq.pusher(node, Codec.bytes())
                        .connect(puller.endpoints().get(0).toString());
                pusher.send(new byte[1]);
            }
        }
        Gathering at = new Gathering();
        at.close();
        at.await("the threads", () -> Faults.threads().isEmpty());
        at.await("the descriptors: " + before, () -> descriptors() <= before + 20);
    }

    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? -1 : open.length;
    }

    /** A socket costs four descriptors, and JeroMQ counts no further than it was told. */
    @Test
    void shouldSayWhenThereAreTooManySockets() {
        try (Gathering at = new Gathering()) {
            ParleyException refused = assertThrows(ParleyException.class, () -> {
                for (int i = 0; i < 300; i++) {
                    PlainZmq.puller(at.node, Codec.bytes(), m -> {}).bind(ANY);
                }
            });
            assertEquals(ErrorCode.TOO_MANY_SOCKETS, refused.code());
        }
    }

    /** SNDBUF makes bind throw, TOS sets SNDBUF, RECONNECT_IVL 0 or -1 spins, heartbeats lose data. */
    @Test
    void shouldLeaveAloneWhatIsBroken() {
        try (Gathering at = new Gathering();
                PlainPusher<byte[]> pusher =
                        PlainZmq.pusher(at.node, Codec.bytes()).bind(ANY)) {
            var socket = pusher.socket();
            assertEquals(0, Faults.option(at.node, socket, ZMQ.ZMQ_SNDBUF));
            assertEquals(0, Faults.option(at.node, socket, ZMQ.ZMQ_RCVBUF));
            assertEquals(0, Faults.option(at.node, socket, ZMQ.ZMQ_TOS));
            assertEquals(0, Faults.option(at.node, socket, ZMQ.ZMQ_HEARTBEAT_IVL));
            assertEquals(0, Faults.option(at.node, socket, ZMQ.ZMQ_LINGER));
            assertTrue(Faults.option(at.node, socket, ZMQ.ZMQ_RECONNECT_IVL) >= 50);
            assertTrue(Faults.option(at.node, socket, ZMQ.ZMQ_BACKLOG) >= 1_024);
            int greeting = Faults.option(at.node, socket, ZMQ.ZMQ_HANDSHAKE_IVL);
            assertTrue(greeting >= 200 && greeting <= 500, greeting + " ms");
        }
    }

    @Test
    void shouldWaitForRoomNoLongerThanItWasTold() {
        try (Gathering at = new Gathering()) {
            PlainPusher<byte[]> pusher = PlainZmq.pusher(at.node, Codec.bytes())
                    .with(PlainSettings.DEFAULT.queueBytes(64 << 10).sendTimeout(Duration.ofMillis(200)))
                    .bind(ANY);
            while (pusher.offer(new byte[10_000]) == io.parley.core.Offer.ACCEPTED) {
                assertTrue(pusher.stats().waitingBytes() <= 64 << 10);
            }
            assertEquals(io.parley.core.Offer.NOT_CONNECTED, pusher.offer(new byte[10_000]));
            ParleyException full = assertThrows(ParleyException.class, () -> pusher.send(new byte[10_000]));
            assertEquals(ErrorCode.NOT_CONNECTED, full.code());
            ParleyException large = assertThrows(ParleyException.class, () -> pusher.send(new byte[2 << 20]));
            assertEquals(ErrorCode.MESSAGE_TOO_LARGE, large.code());
        }
    }
}
