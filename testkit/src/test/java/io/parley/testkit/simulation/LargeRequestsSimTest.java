package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.wire.FrameType;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import io.parley.testkit.net.FrameRule;
import io.parley.testkit.net.SimSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P31: requests and replies that travel in chunks, whoever dies in the middle, and however little room there is. */
@Timeout(300)
class LargeRequestsSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int LARGEST = 16 << 20;
    private static final Service<byte[], byte[]> ECHO =
            Service.of("echo", Codec.bytes(), Codec.bytes()).deadline(LIMIT);
    private static final long SLOW = 4_000_000;

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] answer(Sim sim, CompletableFuture<byte[]> reply) {
        assertTrue(sim.runUntil(reply::isDone, LIMIT), "a request without end");
        return reply.join();
    }

    private static ErrorCode failure(Sim sim, CompletableFuture<byte[]> reply) {
        assertTrue(sim.runUntil(reply::isDone, LIMIT), "a request without end");
        CompletionException thrown = assertThrows(CompletionException.class, reply::join);
        return ((ParleyException) thrown.getCause()).code();
    }

    /** A requester that knows so many repliers. */
    private static Requester<byte[], byte[]> requester(Node node, int repliers) {
        Requester<byte[], byte[]> requester = node.requester(ECHO);
        requester.awaitRepliers(repliers, LIMIT);
        return requester;
    }

    @Test
    void shouldAskAndAnswerUpToTheLimitOfAMessageP31() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(ECHO, bytes -> bytes);
            for (int length : List.of(259_990, 260_001, 262_145, 1_000_000, LARGEST)) {
                assertEquals(length, answer(sim, requester(a, 1).request(content(length))).length);
                assertEquals(
                        length, answer(sim, requester(b, 1).request(content(length))).length, "within the same node");
            }
            ParleyException large =
                    assertThrows(ParleyException.class, () -> requester(a, 1).request(new byte[LARGEST + 1]));
            assertEquals(ErrorCode.MESSAGE_TOO_LARGE, large.code());
            b.reply(Service.of("more", Codec.bytes(), Codec.bytes()), bytes -> new byte[LARGEST + 1]);
            Requester<byte[], byte[]> more = a.requester(Service.of("more", Codec.bytes(), Codec.bytes()));
            assertEquals(ErrorCode.REQUEST_FAILED, failure(sim, more.request(new byte[1])));
        }
    }

    @Test
    void shouldAskAnotherWhenAReplierDiesBeforeItHasAllOfTheRequestP31() {
        for (int seed = 1; seed <= 10; seed++) {
            try (Sim sim = Sim.seeded(seed)) {
                sim.network().use(SimSettings.lan().withBytesPerSecond(SLOW));
                Node a = sim.node("a");
                List<String> runs = new ArrayList<>();
                List<Node> repliers = List.of(sim.node("b"), sim.node("c"));
                repliers.forEach(node -> node.replyAsync(ECHO, request -> {
                    runs.add(node.name() + " " + request.attempt());
                    return CompletableFuture.completedFuture(request.value());
                }));
                CompletableFuture<byte[]> reply = requester(a, 2).request(content(3_000_000));
                sim.run(Duration.ofMillis(10 + 60L * seed)); // it takes 750 ms
                assertEquals(List.of(), runs);
                sim.crash(repliers.get(0));
                sim.run(Duration.ofMillis(100));
                boolean begun = !runs.isEmpty();
                assertEquals(3_000_000, answer(sim, reply).length, "seed " + seed);
                assertEquals(1, runs.size(), "seed " + seed + ", " + begun);
                assertTrue(runs.get(0).endsWith(" 1"), "it never ran before");
            }
        }
    }

    @Test
    void shouldSayThatAReplierWasLostInTheMiddleOfItsReplyP31() {
        try (Sim sim = Sim.seeded(3)) {
            sim.network().use(SimSettings.lan().withBytesPerSecond(SLOW));
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(ECHO, bytes -> content(3_000_000));
            CompletableFuture<byte[]> once = requester(a, 1).request(new byte[1]);
            CompletableFuture<byte[]> again = a.requester(ECHO.idempotent()).request(new byte[1]);
            sim.run(Duration.ofMillis(300));
            assertFalse(once.isDone());
            sim.crash(b);
            sim.node("c").reply(ECHO, bytes -> content(2_000_000));
            assertEquals(ErrorCode.REPLIER_LOST, failure(sim, once));
            assertEquals(2_000_000, answer(sim, again).length);
        }
    }

    @Test
    void shouldForgetWhatARequesterDidNotSendToTheEndP31() {
        try (Sim sim = Sim.seeded(4)) {
            sim.network().use(SimSettings.lan().withBytesPerSecond(SLOW));
            Node replier = sim.node("replier");
            List<Integer> runs = new ArrayList<>();
            replier.reply(ECHO.concurrency(8), bytes -> {
                runs.add(bytes.length);
                return new byte[1];
            });
            List<Node> victims = nodes(sim, 5);
            List<CompletableFuture<byte[]>> cutOff = new ArrayList<>();
            victims.forEach(node -> cutOff.add(node.requester(ECHO).request(content(LARGEST))));
            sim.run(Duration.ofMillis(500));
            assertTrue(cutOff.stream().noneMatch(CompletableFuture::isDone));
            victims.forEach(sim::crash);
            CompletableFuture<byte[]> reply = requester(sim.node("last"), 1).request(content(LARGEST));
            assertEquals(1, answer(sim, reply).length);
            assertEquals(List.of(LARGEST), runs);
        }
    }

    private static List<Node> nodes(Sim sim, int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(sim.node("n" + i));
        }
        nodes.forEach(node -> requester(node, 1));
        return nodes;
    }

    @Test
    void shouldLetRequestersWaitForRoomP31() {
        try (Sim sim = Sim.seeded(5)) {
            sim.network().use(SimSettings.lan().withBytesPerSecond(100_000_000));
            Node replier = sim.node("replier");
            int[] done = new int[1];
            replier.reply(ECHO.concurrency(8), bytes -> {
                done[0]++;
                return new byte[1];
            });
            int[] granted = new int[1];
            int[] most = new int[1];
            sim.network().rule(passage -> {
                if (passage.type() == FrameType.GRANT.code()) {
                    most[0] = Math.max(most[0], ++granted[0] - done[0]);
                }
                return FrameFate.PASS;
            });
            List<CompletableFuture<byte[]>> replies = new ArrayList<>();
            int length = LARGEST;
            for (Node node : nodes(sim, 7)) {
                replies.add(node.requester(ECHO).request(content(length)));
                length -= 1_000_000; // so that they do not end at the same moment
            }
            replies.forEach(reply -> assertEquals(1, answer(sim, reply).length));
            assertEquals(7, granted[0]);
            assertTrue(most[0] >= 3 && most[0] <= 5, () -> most[0] + " at once"); // one may be about to run
            assertTrue(sim.events(replier).stream().noneMatch(e -> e.what() == Happening.LIMIT_REACHED));
        }
    }

    @Test
    void shouldLetSmallRequestsPassBetweenThePartsOfLargeOnesP31() {
        try (Sim sim = Sim.seeded(6)) {
            sim.network().use(SimSettings.lan().withBytesPerSecond(SLOW));
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(ECHO.concurrency(8), bytes -> bytes);
            Requester<byte[], byte[]> requester = requester(a, 1);
            CompletableFuture<byte[]> large = requester.request(content(LARGEST));
            long worst = 0;
            int passed = 0;
            while (!large.isDone()) {
                long began = sim.nanos();
                answer(sim, requester.request(new byte[20]));
                worst = Math.max(worst, sim.nanos() - began);
                passed++;
                sim.run(Duration.ofMillis(5));
            }
            assertEquals(LARGEST, large.join().length);
            int count = passed;
            assertTrue(count > 60, () -> "only " + count + " passed"); // the large one takes 8 s
            long millis = worst / 1_000_000;
            assertTrue(millis < 100, () -> "a small request took " + millis + " ms");
        }
    }

    @Test
    void shouldNotBeginForWhoReadsNoRepliesP31() {
        try (Sim sim = Sim.seeded(7)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            int[] runs = new int[1];
            b.reply(ECHO.concurrency(2).maxWaiting(200), bytes -> {
                runs[0]++;
                return content(1_000_000);
            });
            // what lets a reply go on is lost: the replier holds what it has made
            sim.network().rule(passage -> passage.type() == FrameType.GRANT.code() ? FrameFate.LOSE : FrameFate.PASS);
            Requester<byte[], byte[]> requester = requester(a, 1);
            List<CompletableFuture<byte[]>> replies = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                replies.add(requester.request(new byte[1], Duration.ofSeconds(20)));
            }
            sim.run(Duration.ofSeconds(5));
            assertTrue(runs[0] >= 16 && runs[0] <= 20, () -> runs[0] + " ran");
            assertEquals(ErrorCode.TIMEOUT, failure(sim, replies.get(99)));
            assertEquals(16, runs[0], 4);
        }
    }

    @Test
    void shouldGoOnWithTheNextWhenOneIsCancelledInTheMiddleP31() {
        try (Sim sim = Sim.seeded(8)) {
            sim.network().use(SimSettings.lan().withBytesPerSecond(SLOW));
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(ECHO.concurrency(8), bytes -> bytes);
            Service<byte[], byte[]> more = Service.of("more", Codec.bytes(), Codec.bytes());
            b.reply(more, bytes -> content(2_000_001));
            Requester<byte[], byte[]> requester = requester(a, 1);
            CompletableFuture<byte[]> first = requester.request(content(2_000_000));
            sim.run(Duration.ofMillis(200));
            first.cancel(true); // on its way there
            sim.run(Duration.ofMillis(200));
            sim.network().rule(passage -> passage.type() == FrameType.GRANT.code() ? FrameFate.LOSE : FrameFate.PASS);
            CompletableFuture<byte[]> second = a.requester(more).request(new byte[1]);
            sim.run(Duration.ofMillis(500));
            second.cancel(true); // on its way back, and waiting for room
            sim.network().rule(FrameRule.none());
            assertEquals(2_000_002, answer(sim, requester.request(content(2_000_002))).length);
        }
    }
}
