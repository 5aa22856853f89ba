package io.parley.transport.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.transport.internal.guard.RawPeer;
import io.parley.transport.internal.plain.Faults;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CURVE: who has the right key is heard, and nobody else, whatever breaks. */
@Timeout(90)
class CurveTest {
    private static final String ANY = "tcp://127.0.0.1:*";

    private final CurveKeys ours = CurveKeys.generate();
    private final CurveKeys theirs = CurveKeys.generate();
    private final CurveKeys stranger = CurveKeys.generate();

    private PlainSettings server() {
        return PlainSettings.DEFAULT.curve(PlainCurve.server(ours, List.of(theirs.publicKey())));
    }

    private static String client(CurveKeys own, CurveKeys server) {
        return "client=" + own.publicKey() + "|" + own.secretKey() + "|" + server.publicKey();
    }

    private static String at(PlainSocket socket) {
        return socket.endpoints().get(0).toString();
    }

    @Test
    void shouldAnswerWhoHasTheRightKey() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket replier = PlainZmq.replier(at.node, Codec.bytes(), Codec.bytes(), request -> request)
                        .with(server())
                        .bind(ANY);
                ZmqProgram program =
                        ZmqProgram.start("REQ", "connect", at(replier), "ask", "5,0,100000", client(theirs, ours))) {
            program.assertContent();
        }
    }

    @Test
    void shouldAskAServerWithTheRightKey() throws Exception {
        String keys = "server=" + theirs.publicKey() + "|" + theirs.secretKey();
        try (Gathering at = new Gathering();
                ZmqProgram program = ZmqProgram.start("REP", "bind", ANY, "echo", "", keys)) {
            PlainRequester<byte[], byte[]> right = PlainZmq.requester(at.node, Codec.bytes(), Codec.bytes())
                    .with(PlainSettings.DEFAULT.curve(PlainCurve.client(ours, theirs.publicKey())))
                    .connect(program.endpoint);
            assertEquals(3, right.request(new byte[3]).get(20, TimeUnit.SECONDS).length);

            PlainRequester<byte[], byte[]> wrong = PlainZmq.requester(at.node, Codec.bytes(), Codec.bytes())
                    .with(PlainSettings.DEFAULT.curve(PlainCurve.client(ours, stranger.publicKey())))
                    .connect(program.endpoint);
            assertEquals(ErrorCode.TIMEOUT, failure(wrong, 1_500));
            PlainRequester<byte[], byte[]> none =
                    PlainZmq.requester(at.node, Codec.bytes(), Codec.bytes()).connect(program.endpoint);
            assertEquals(ErrorCode.TIMEOUT, failure(none, 1_000));
        }
    }

    private static ErrorCode failure(PlainRequester<byte[], byte[]> requester, int millis) {
        Throwable failure = requester
                .request(new byte[3], Duration.ofMillis(millis))
                .handle((value, e) -> e)
                .join();
        return failure instanceof ParleyException e ? e.code() : ((ParleyException) failure.getCause()).code();
    }

    @Test
    void shouldRefuseAWrongKey() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket puller = PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames()))
                        .with(server())
                        .bind(ANY)) {
            try (ZmqProgram wrong = push(puller, "6", client(stranger, ours));
                    ZmqProgram wrongServer = push(puller, "7", client(theirs, stranger));
                    ZmqProgram none = push(puller, "8", "none=");
                    ZmqProgram right = push(puller, "5", client(theirs, ours))) {
                assertEquals(5, at.next().get(0).length);
                right.assertContent();
                at.await("refusal", () -> at.told(Happening.PROTOCOL_ERROR, "was not let in, mechanism CURVE"));
                assertEquals(wrong.endpoint + none.endpoint, wrongServer.endpoint + right.endpoint);
            }
            assertEquals(0, at.came.size());
        }
    }

    private static ZmqProgram push(PlainSocket to, String spec, String keys) throws Exception {
        return ZmqProgram.start("PUSH", "connect", at(to), "send", spec, keys);
    }

    /** Does something again and again until it is closed. */
    private static final class Feed implements AutoCloseable {
        private final CountDownLatch over = new CountDownLatch(1);
        private final Thread thread;

        Feed(Runnable once) {
            thread = new Thread(() -> {
                while (over.getCount() > 0) {
                    once.run();
                    LockSupport.parkNanos(1_000_000); // the others need the processor to be let in by mistake
                }
            });
            thread.start();
        }

        @Override
        public void close() throws InterruptedException {
            over.countDown();
            thread.join();
        }
    }

    /** A PUB or PUSH hears nothing from its peers by which it could tell who they are. Who has the right key gets everything. */
    @Test
    void shouldSendNothingToAWrongKey() throws Exception {
        String wrong = client(stranger, ours);
        String right = client(theirs, ours);
        try (Gathering at = new Gathering();
                PlainPublisher<byte[]> publisher = PlainZmq.publisher(at.node, Codec.bytes())
                        .with(server())
                        .bind(ANY);
                PlainPusher<byte[]> pusher =
                        PlainZmq.pusher(at.node, Codec.bytes()).with(server()).bind(ANY);
                Feed feed = new Feed(() -> {
                    publisher.offer("t", new byte[7]);
                    pusher.offer(new byte[7]);
                });
                ZmqProgram wrongSub = ZmqProgram.start("SUB", "connect", at(publisher), "silent", "5000", wrong);
                ZmqProgram wrongPull = ZmqProgram.start("PULL", "connect", at(pusher), "silent", "5000", wrong);
                ZmqProgram plainPull = ZmqProgram.start("PULL", "connect", at(pusher), "silent", "5000");
                ZmqProgram sub = ZmqProgram.start("SUB", "connect", at(publisher), "count", "1+7", "count=100", right);
                ZmqProgram pull = ZmqProgram.start("PULL", "connect", at(pusher), "count", "7", "count=100", right)) {
            sub.assertContent();
            pull.assertContent();
            wrongSub.assertContent();
            wrongPull.assertContent();
            plainPull.assertContent();
            at.await("refusal", () -> at.told(Happening.PROTOCOL_ERROR, "key " + stranger.publicKey()));
            assertTrue(feed.thread.isAlive(), "nothing was sent to the end");
        }
    }

    @Test
    void shouldRefuseOldProtocolsWhichKnowNoKeys() throws IOException {
        try (Gathering at = new Gathering();
                PlainSocket puller = PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames()))
                        .with(server())
                        .bind(ANY);
                RawPeer one = RawPeer.connect(puller.endpoints().get(0).port());
                RawPeer three = RawPeer.connect(puller.endpoints().get(0).port())) {
            one.write((byte) 1, (byte) 0, (byte) 3, (byte) 0, (byte) 7, (byte) 7);
            assertTrue(one.isClosedByOther());
            three.write(RawPeer.greeting());
            assertTrue(three.isClosedByOther());
            assertEquals(0, at.came.size());
        }
    }

    /** JeroMQ lets everybody in when nobody answers for it. Then what they send is still looked at. */
    @Test
    void shouldHearNobodyWhoWasLetInByMistake() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket puller = PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames()))
                        .with(server())
                        .bind(ANY)) {
            Faults.admitEverybody(at.node, puller.socket());
            try (ZmqProgram wrong =
                    ZmqProgram.start("PUSH", "connect", at(puller), "send", "5,6,7", client(stranger, ours))) {
                at.await("trouble", () -> at.told(Happening.PROTOCOL_ERROR, "without having been let in"));
                assertTrue(wrong.endpoint.startsWith("tcp"));
            }
            assertEquals(0, at.came.size());
        }
    }

    /** Also after JeroMQ was made anew. */
    @Test
    void shouldStillRefuseWhenEverythingWasMadeAnew() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket puller = PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames()))
                        .with(server())
                        .bind(ANY)) {
            Faults.breakContext(at.node);
            at.await("rebuilt", () -> at.told(Happening.TRANSPORT_REBUILT, ""));
            try (ZmqProgram wrong =
                            ZmqProgram.start("PUSH", "connect", at(puller), "send", "5", client(stranger, ours));
                    ZmqProgram right =
                            ZmqProgram.start("PUSH", "connect", at(puller), "send", "6", client(theirs, ours))) {
                at.await("refusal", () -> at.told(Happening.PROTOCOL_ERROR, "was not let in"));
                assertEquals(6, at.next().get(0).length);
                assertTrue(wrong.endpoint.equals(right.endpoint));
            }
            assertEquals(0, at.came.size());
        }
    }

    /** When as many messages wait as JeroMQ may hold, its CURVE hands out ciphertext. */
    @Test
    void shouldNeverHandOutCiphertext() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        int count = 20_000;
        try (Gathering at = new Gathering();
                PlainSocket puller = PlainZmq.puller(at.node, Codec.bytes(), m -> {
                            go.await();
                            at.take(m.frames());
                        })
                        .with(server().queueBytes(64 << 10))
                        .bind(ANY);
                ZmqProgram program = ZmqProgram.start(
                        "PUSH", "connect", at(puller), "send", "64" + ",64".repeat(count - 1), client(theirs, ours))) {
            at.await("all", () -> puller.stats().received() + puller.stats().dropped() == count);
            go.countDown();
            program.assertContent();
            at.await("handled", () -> at.came.size() == puller.stats().received());
            assertFalse(at.came.stream().anyMatch(frames -> frames.size() != 1 || frames.get(0).length != 64));
            assertTrue(puller.stats().dropped() > 0, "nothing was dropped: " + puller.stats());
            at.await("MESSAGES_DROPPED", () -> at.told(Happening.MESSAGES_DROPPED, "too slow"));
        }
    }

    @Test
    void shouldKnowNoServerForEverybody() {
        ParleyException refused = assertThrows(ParleyException.class, () -> PlainCurve.server(ours, List.of()));
        assertEquals(ErrorCode.INVALID_ARGUMENT, refused.code());
        assertThrows(ParleyException.class, () -> PlainCurve.server(ours, List.of("short")));
        ParleyException mistyped = assertThrows(ParleyException.class, () -> CurveKeys.of(ours.publicKey(), "secret"));
        assertFalse(mistyped.getMessage().contains("'secret'"), mistyped.getMessage());
    }
}
