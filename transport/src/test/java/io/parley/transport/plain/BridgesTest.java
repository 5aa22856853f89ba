package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Pusher;
import io.parley.core.Service;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plain sockets that are wired to topics, queues and services. */
@Timeout(60)
class BridgesTest {
    private static final String ANY = "tcp://127.0.0.1:*";
    private static final Topic<String> TICKS = Topic.of("ticks", Codec.utf8());
    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).bestEffort();
    private static final Service<String, Integer> LENGTH =
            Service.of("length", Codec.utf8(), Codec.int32()).deadline(Duration.ofSeconds(5));

    private static String at(PlainSocket socket) {
        return socket.endpoints().get(0).toString();
    }

    @Test
    void shouldPublishATopicWithItsSubject() throws InterruptedException {
        try (Gathering at = new Gathering();
                PlainSocket out = PlainZmq.publisher(at.node, TICKS).bind(ANY);
                PlainSubscriber in = PlainZmq.subscriber(at.node, Codec.utf8(), m -> at.take(m.frames()))
                        .connect(at(out))) {
            in.subscribe("ticks.eur.");
            at.await("subscriber", () -> out.socket().census().subscribers() == 1);
            at.node.publisher(TICKS).awaitSubscribers(1, Gathering.PATIENCE);
            at.node.publisher(TICKS).send("usd.jpy", "1");
            at.node.publisher(TICKS).send("eur.usd", "2");
            List<byte[]> frames = at.next();
            assertEquals(
                    List.of("ticks.eur.usd", "2"),
                    frames.stream().map(f -> new String(f, UTF_8)).toList());
        }
    }

    @Test
    void shouldPublishWhatASubHears() throws InterruptedException {
        try (Gathering at = new Gathering();
                PlainPublisher<String> out =
                        PlainZmq.publisher(at.node, Codec.utf8()).bind(ANY);
                PlainSubscriber in = PlainZmq.subscriber(at.node, TICKS).connect(at(out))) {
            in.subscribe("");
            out.awaitSubscribers(1, Gathering.PATIENCE);
            at.node.subscribe(
                    TICKS,
                    m -> at.take(List.of(m.subject().getBytes(UTF_8), m.value().getBytes(UTF_8))));
            at.node.publisher(TICKS).awaitSubscribers(1, Gathering.PATIENCE);
            for (String subject : List.of("ticks.eur.usd", "ticks", "vienna")) {
                out.send(subject, "x");
            }
            for (String subject : List.of("ticks.eur.usd", "ticks", "ticks.vienna")) {
                assertEquals(subject, new String(at.next().get(0), UTF_8));
            }
            out.send("no..subject", "x");
            at.await("told", () -> at.told(Happening.HANDLER_FAILED, "no..subject"));
        }
    }

    @Test
    void shouldDrainAQueueToPullsAndSettleWhatIsWritten() throws InterruptedException {
        try (Gathering at = new Gathering();
                PlainSocket push = PlainZmq.pusher(at.node, JOBS).bind(ANY)) {
            Pusher<String> jobs = at.node.pusher(JOBS);
            for (int i = 0; i < 1_000; i++) {
                jobs.send("job " + i);
            }
            // nobody pulls: what was taken from the queue waits, and nothing is lost
            at.await("some were taken", () -> push.stats().waitingBytes() > 0);
            assertEquals(0, push.stats().sent());
            PlainSocket pull = PlainZmq.puller(at.node, Codec.utf8(), m -> at.take(m.frames()))
                    .connect(at(push));
            Set<String> got = ConcurrentHashMap.newKeySet();
            while (got.size() < 1_000) {
                got.add(new String(at.next().get(0), UTF_8));
            }
            assertEquals(1_000, push.stats().sent());
            assertEquals(1_000, pull.stats().received());
        }
    }

    @Test
    void shouldPushToAQueueWhatAPullGetsAndReadNoMoreWhileItIsFull() throws InterruptedException {
        WorkQueue<String> small = JOBS.capacity(256 << 10);
        try (Gathering at = new Gathering();
                PlainSocket pull = PlainZmq.puller(at.node, small)
                        .with(PlainSettings.DEFAULT.queueBytes(64 << 10))
                        .bind(ANY);
                PlainPusher<String> push =
                        PlainZmq.pusher(at.node, Codec.utf8()).connect(at(pull))) {
            int count = 10_000;
            Thread sender = new Thread(() -> {
                for (int i = 0; i < count; i++) {
                    push.send("job " + i + " ".repeat(500));
                }
            });
            sender.start();
            at.await("the queue to be full", () -> pull.stats().waitingBytes() > 0);
            at.node.pull(small, m -> at.take(List.of(m.value().trim().getBytes(UTF_8))));
            for (int i = 0; i < count; i++) {
                assertEquals("job " + i, new String(at.next().get(0), UTF_8));
            }
            sender.join();
            assertEquals(0, pull.stats().dropped() + pull.stats().failed());
        }
    }

    @Test
    void shouldAnswerPlainRequestsByAService() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket replier = PlainZmq.replier(at.node, LENGTH).bind(ANY);
                PlainRequester<String, Integer> requester =
                        PlainZmq.requester(at.node, Codec.utf8(), Codec.int32()).connect(at(replier))) {
            at.node.reply(LENGTH, text -> {
                if (text.isEmpty()) {
                    throw new IllegalArgumentException("no text");
                }
                return text.length();
            });
            assertEquals(5, requester.request("hello").get(10, TimeUnit.SECONDS));
            ParleyException failed = requester
                    .request("")
                    .handle((value, e) -> (ParleyException) (e instanceof ParleyException ? e : e.getCause()))
                    .get(10, TimeUnit.SECONDS);
            assertEquals(ErrorCode.REQUEST_FAILED, failed.code());
            assertTrue(failed.getMessage().contains("no text"), failed.getMessage());
        }
    }

    @Test
    void shouldSayWhenNobodyServes() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket replier = PlainZmq.replier(at.node, LENGTH).bind(ANY);
                PlainRequester<String, Integer> requester =
                        PlainZmq.requester(at.node, Codec.utf8(), Codec.int32()).connect(at(replier))) {
            String text = requester
                    .request("hello")
                    .handle((value, e) -> String.valueOf(e))
                    .get(10, TimeUnit.SECONDS);
            assertTrue(text.contains("NO_RESPONDER"), text);
        }
    }

    @Test
    void shouldHavePlainPeersAnswerAService() throws Exception {
        try (Gathering at = new Gathering();
                PlainSocket rep = PlainZmq.replier(at.node, Codec.utf8(), Codec.int32(), String::length)
                        .bind(ANY);
                PlainRequester<String, Integer> replier =
                        PlainZmq.requester(at.node, LENGTH).connect(at(rep))) {
            assertEquals(5, at.node.requester(LENGTH).request("hello").get(10, TimeUnit.SECONDS));
            replier.close();
            String text = at.node
                    .requester(LENGTH)
                    .request("hello")
                    .handle((value, e) -> String.valueOf(e))
                    .get(10, TimeUnit.SECONDS);
            assertTrue(text.contains("NO_RESPONDER"), text);
        }
    }

    /** What comes while a node closes is not its last words. */
    @Test
    void shouldCloseWhileEverythingIsOnItsWay() {
        for (int i = 0; i < 10; i++) {
            Gathering at = new Gathering();
            PlainSocket out = PlainZmq.pusher(at.node, JOBS).bind(ANY);
            PlainZmq.puller(at.node, JOBS).connect(at(out)); // a circle
            at.node.pusher(JOBS).send("round");
            at.await("some rounds", () -> out.stats().sent() > 10);
            long start = System.nanoTime();
            at.close();
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(took < 3_500, "took " + took + " ms");
        }
    }
}
