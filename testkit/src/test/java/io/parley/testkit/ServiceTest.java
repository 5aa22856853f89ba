package io.parley.testkit;

import static io.parley.testkit.Asked.LENGTH;
import static io.parley.testkit.Asked.LIMIT;
import static io.parley.testkit.Asked.add;
import static io.parley.testkit.Asked.failure;
import static io.parley.testkit.Asked.hang;
import static io.parley.testkit.Asked.peer;
import static io.parley.testkit.Asked.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Answer;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests and replies between whole nodes. */
@Timeout(60)
class ServiceTest {
    @Test
    void shouldAnswer() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(LENGTH, String::length);
            assertEquals(5, value(sim, a.requester(LENGTH).request("hello")));
            assertEquals(3, a.requester(LENGTH).call("you"));
        }
    }

    @Test
    void shouldAnswerWithinTheSameNodeAndFromTheLoop() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = sim.node("a");
            a.reply(LENGTH.replier().onLoop(), String::length);
            for (int i = 0; i < 100; i++) {
                assertEquals(i, a.requester(LENGTH).call("x".repeat(i)));
            }
        }
    }

    @Test
    void shouldTellAnAsynchronousReplierWhoAsksWhat() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<Message<String>> got = new ArrayList<>();
            CompletableFuture<Integer> later = new CompletableFuture<>();
            b.replyAsync(LENGTH, request -> {
                got.add(request);
                return later;
            });
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("hello");
            assertTrue(sim.runUntil(() -> !got.isEmpty(), LIMIT));
            Message<String> message = got.get(0);
            assertEquals(
                    List.of("hello", "length", "a", 1, false),
                    List.of(
                            message.value(),
                            message.subject(),
                            message.from().name(),
                            message.attempt(),
                            message.redelivered()));
            assertFalse(reply.isDone());
            later.complete(42);
            assertEquals(42, value(sim, reply));
        }
    }

    @Test
    void shouldSayAtOnceThatNobodyServesIt() {
        try (Sim sim = Sim.seeded(4)) {
            Node a = sim.node("a");
            assertEquals(
                    ErrorCode.NO_RESPONDER, failure(sim, a.requester(LENGTH).request("alone")));
            sim.node("b");
            sim.run(Duration.ofSeconds(2));
            long began = sim.nanos();
            assertEquals(
                    ErrorCode.NO_RESPONDER, failure(sim, a.requester(LENGTH).request("two")));
            assertTrue(sim.nanos() - began < 10_000_000, "it is settled");
        }
    }

    @Test
    void shouldSayWithinASecondThatNobodyIsAtTheAddresses() {
        try (Sim sim = Sim.seeded(5)) {
            Node a = sim.node("a", builder -> builder.peers("tcp://10.0.0.77:7000", "tcp://10.0.0.78:7000"));
            long began = sim.nanos();
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("x");
            assertEquals(ErrorCode.NO_RESPONDER, failure(sim, reply));
            long millis = (sim.nanos() - began) / 1_000_000;
            assertTrue(millis >= 850 && millis < 930, millis + " ms");
        }
    }

    @Test
    void shouldBeAnsweredByAReplierThatAppearsSixHundredMillisecondsLater() {
        for (int seed = 1; seed <= 50; seed++) {
            try (Sim sim = Sim.seeded(seed)) {
                // b's process begins later, and only a knows an address
                Node a = sim.node("a", builder -> builder.peers("tcp://10.0.0.2:7000"));
                CompletableFuture<Integer> reply = a.requester(LENGTH).request("hello");
                sim.run(Duration.ofMillis(600));
                Node b = sim.node("b");
                b.reply(LENGTH, String::length);
                assertEquals(5, value(sim, reply), "seed " + seed);
            }
        }
    }

    @Test
    void shouldBeAnsweredByWhoeverListensBeforeTheRequesterGivesUp() {
        for (int late = 650; late <= 830; late += 20) {
            try (Sim sim = Sim.seeded(late)) {
                Node a = sim.node("a", builder -> builder.peers("tcp://10.0.0.2:7000"));
                CompletableFuture<Integer> reply = a.requester(LENGTH).request("hello");
                sim.run(Duration.ofMillis(late));
                sim.node("b").reply(LENGTH, String::length);
                assertEquals(5, value(sim, reply), "after " + late + " ms");
            }
        }
    }

    @Test
    void shouldBeAnsweredByAReplierThatBeginsToServeAMomentAfterItListens() {
        for (int seed = 1; seed <= 20; seed++) {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a", builder -> builder.peers("tcp://10.0.0.2:7000"));
                CompletableFuture<Integer> reply = a.requester(LENGTH).request("hello");
                sim.run(Duration.ofMillis(600));
                Node b = sim.node("b");
                assertTrue(sim.runUntil(() -> !a.peers().isEmpty(), Duration.ofSeconds(1)));
                sim.run(Duration.ofMillis(900));
                b.reply(LENGTH, String::length);
                assertEquals(5, value(sim, reply), "seed " + seed);
            }
        }
    }

    @Test
    void shouldBeAnsweredByAReplierThatIsFoundAndBeginsToServeAMomentLater() {
        for (int seed = 1; seed <= 20; seed++) {
            try (Sim sim = Sim.seeded(seed)) {
                sim.discovering().slowest(Duration.ofMillis(150));
                Node a = sim.node("a");
                CompletableFuture<Integer> reply = a.requester(LENGTH).request("hello");
                sim.run(Duration.ofMillis(600));
                Node b = sim.node("b");
                assertTrue(sim.runUntil(() -> !a.peers().isEmpty(), Duration.ofSeconds(1)));
                sim.run(Duration.ofMillis(900));
                b.reply(LENGTH, String::length);
                assertEquals(5, value(sim, reply), "seed " + seed);
            }
        }
    }

    @Test
    void shouldSayWithinASecondOfItsLinkThatANewPeerDoesNotServeIt() {
        try (Sim sim = Sim.seeded(5)) {
            Node a = sim.node("a", builder -> builder.peers("tcp://10.0.0.2:7000"));
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("x");
            sim.node("b");
            long began = sim.nanos();
            assertEquals(ErrorCode.NO_RESPONDER, failure(sim, reply));
            long millis = (sim.nanos() - began) / 1_000_000;
            assertTrue(millis >= 950 && millis < 1_100, millis + " ms");
        }
    }

    @Test
    void shouldGoToTheNextReplierWhenOneRefuses() {
        try (Sim sim = Sim.seeded(11)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            Node c = sim.node("c");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            b.replyAsync(LENGTH.concurrency(1000).maxWaiting(0), request -> {
                CompletableFuture<Integer> stage = new CompletableFuture<>();
                stages.add(stage);
                return stage;
            });
            b.close();
            Node d = sim.node("d");
            d.replyAsync(LENGTH.replier().maxWaiting(0), request -> {
                CompletableFuture<Integer> stage = new CompletableFuture<>();
                stages.add(stage);
                return stage;
            });
            c.reply(LENGTH.replier().maxWaiting(1_000), String::length);
            a.requester(LENGTH).awaitRepliers(2, LIMIT);
            List<CompletableFuture<Integer>> replies = IntStream.range(0, 20)
                    .mapToObj(i -> a.requester(LENGTH).request("x".repeat(i)))
                    .toList();
            assertTrue(sim.runUntil(
                    () -> replies.stream().filter(CompletableFuture::isDone).count() == 19, LIMIT));
            assertEquals(1, stages.size(), "one is held, the others were refused and went on");
            c.close();
            assertEquals(
                    ErrorCode.REPLIERS_BUSY, failure(sim, a.requester(LENGTH).request("busy")));
        }
    }

    @Test
    void shouldBalanceByFreeRoom() {
        try (Sim sim = Sim.seeded(12)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            Node c = sim.node("c");
            List<CompletableFuture<Integer>> few = new ArrayList<>();
            List<CompletableFuture<Integer>> many = new ArrayList<>();
            b.replyAsync(LENGTH.concurrency(10), request -> add(few));
            c.replyAsync(LENGTH.concurrency(30), request -> add(many));
            Requester<String, Integer> requester = a.requester(LENGTH);
            requester.awaitRepliers(2, LIMIT);
            List<CompletableFuture<Integer>> replies =
                    IntStream.range(0, 40).mapToObj(i -> requester.request("x")).toList();
            assertTrue(sim.runUntil(() -> few.size() + many.size() == 40, LIMIT));
            assertEquals(List.of(10, 30), List.of(few.size(), many.size()));
            replies.forEach(reply -> assertFalse(reply.isDone()));
        }
    }

    @Test
    void shouldAskOneOrAll() {
        try (Sim sim = Sim.seeded(13)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            Node c = sim.node("c");
            b.reply(LENGTH, text -> 100);
            c.reply(LENGTH, text -> {
                throw new IllegalStateException("no");
            });
            a.requester(LENGTH).awaitRepliers(2, LIMIT);
            assertEquals(100, value(sim, a.requester(LENGTH).to(peer(a, b)).request("x")));
            assertEquals(
                    ErrorCode.REQUEST_FAILED,
                    failure(sim, a.requester(LENGTH).to(peer(a, c)).request("x")));
            List<Answer<Integer>> all = value(sim, a.requester(LENGTH).requestAll("x", Duration.ofSeconds(1)));
            List<String> told = all.stream()
                    .map(answer -> answer.from().name() + " " + answer.value() + " "
                            + (answer.failure() == null ? "" : answer.failure().code()))
                    .sorted()
                    .toList();
            assertEquals(List.of("b 100 ", "c null REQUEST_FAILED"), told);
        }
    }

    @Test
    void shouldAskAllThatAppearUntilTheNodeIsSettled() {
        try (Sim sim = Sim.seeded(14)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(LENGTH, String::length);
            assertEquals(
                    1, value(sim, a.requester(LENGTH).requestAll("x", LIMIT)).size());
            assertEquals(
                    ErrorCode.NO_RESPONDER,
                    failure(
                            sim,
                            a.requester(Service.of("other", Codec.utf8(), Codec.utf8()))
                                    .requestAll("x", LIMIT)));
        }
    }

    @Test
    void shouldKeepItsLimits() {
        try (Sim sim = Sim.seeded(16)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            hang(b, stages);
            Requester<String, Integer> requester = a.requester(LENGTH.maxOutstanding(3));
            List<CompletableFuture<Integer>> three =
                    IntStream.range(0, 3).mapToObj(i -> requester.request("x")).toList();
            ParleyException many = assertThrows(ParleyException.class, () -> requester.request("x"));
            assertEquals(ErrorCode.TOO_MANY_REQUESTS, many.code());
            ParleyException large = assertThrows(
                    ParleyException.class, () -> a.requester(LENGTH).request("x".repeat((16 << 20) + 1)));
            assertEquals(ErrorCode.MESSAGE_TOO_LARGE, large.code());
            three.get(0).cancel(true);
            CompletableFuture<Integer> fourth = requester.request("x");
            assertTrue(sim.runUntil(() -> stages.size() >= 3, LIMIT));
            sim.run(Duration.ofMillis(100));
            stages.forEach(stage -> stage.complete(7));
            assertEquals(7, value(sim, fourth));
            b.reply(Service.of("big", Codec.utf8(), Codec.utf8()), text -> "x".repeat((16 << 20) + 1));
            sim.run(Duration.ofMillis(100));
            Requester<String, String> big = a.requester(Service.of("big", Codec.utf8(), Codec.utf8()));
            assertEquals(ErrorCode.REQUEST_FAILED, failure(sim, big.request("x")));
        }
    }

    @Test
    void shouldRefuseACodecThatTheOtherSideDoesNotKnow() {
        try (Sim sim = Sim.seeded(17)) {
            Node a = sim.node("a");
            sim.node("b").reply(LENGTH, String::length);
            Service<Long, Integer> other = Service.of("length", Codec.int64(), Codec.int32());
            assertEquals(
                    ErrorCode.CODEC_MISMATCH, failure(sim, a.requester(other).request(1L)));
            Service<byte[], byte[]> bytes = Service.of("length", Codec.bytes(), Codec.bytes());
            assertEquals(4, value(sim, a.requester(bytes).request(new byte[] {'a'})).length);
        }
    }

    @Test
    void shouldFindAReplierAtAnAddressThatIsAddedLater() {
        try (Sim sim = Sim.seeded(21)) {
            Node a = sim.node("a");
            sim.run(Duration.ofSeconds(5));
            a.addPeer(Endpoint.parse("tcp://10.0.0.2:7000"));
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("hello");
            sim.run(Duration.ofMillis(500));
            sim.node("b").reply(LENGTH, String::length);
            assertEquals(5, value(sim, reply));
        }
    }

    @Test
    void shouldFindAReplierByDiscoveryThatAppearsSixHundredMillisecondsLater() {
        for (int seed = 1; seed <= 50; seed++) {
            try (Sim sim = Sim.seeded(seed)) {
                sim.discovering().slowest(Duration.ofMillis(100));
                Node a = sim.node("a");
                CompletableFuture<Integer> reply = a.requester(LENGTH).request("hello");
                sim.run(Duration.ofMillis(600));
                sim.node("b").reply(LENGTH, String::length);
                assertEquals(5, value(sim, reply), "seed " + seed);
                long began = sim.nanos();
                CompletableFuture<?> none = a.requester(Service.of("other", Codec.utf8(), Codec.utf8()))
                        .request("x");
                assertEquals(ErrorCode.NO_RESPONDER, failure(sim, none));
                assertTrue(sim.nanos() - began < 1_000_000_000L, "seed " + seed);
            }
        }
    }
}
