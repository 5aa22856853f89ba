package io.parley.testkit;

import static io.parley.testkit.Asked.LENGTH;
import static io.parley.testkit.Asked.LIMIT;
import static io.parley.testkit.Asked.SAFE;
import static io.parley.testkit.Asked.add;
import static io.parley.testkit.Asked.failure;
import static io.parley.testkit.Asked.hang;
import static io.parley.testkit.Asked.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Answer;
import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Replier;
import io.parley.core.Requester;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests whose replier fails, hangs, is lost, or closes. */
@Timeout(60)
class ServiceFailureTest {
    @Test
    void shouldTimeOutAndCancelAReplierThatHangs() {
        try (Sim sim = Sim.seeded(6)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            Replier replier = hang(b, stages);
            long began = sim.nanos();
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("x", Duration.ofSeconds(3));
            assertEquals(ErrorCode.TIMEOUT, failure(sim, reply));
            assertEquals(3, (sim.nanos() - began) / 1_000_000_000);
            assertTrue(sim.runUntil(() -> stages.get(0).isCancelled(), LIMIT), "its stage is cancelled");
            assertTrue(sim.runUntil(() -> replier.stats().dropped() == 1, LIMIT));
        }
    }

    @Test
    void shouldInterruptAHandlerWhoseRequestIsCancelled() {
        try (Sim sim = Sim.seeded(7)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<String> told = Collections.synchronizedList(new ArrayList<>());
            Replier replier = b.reply(LENGTH, text -> {
                told.add("begun");
                try {
                    sim.run(Duration.ofHours(1));
                    told.add("done");
                } catch (ParleyException e) {
                    told.add("interrupted");
                    throw e;
                }
                return 1;
            });
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("x");
            assertTrue(sim.runUntil(() -> told.contains("begun"), LIMIT));
            reply.cancel(true);
            assertTrue(sim.runUntil(() -> told.contains("interrupted"), LIMIT), told::toString);
            assertTrue(sim.runUntil(() -> replier.stats().dropped() == 1, LIMIT));
            assertTrue(
                    sim.runUntil(() -> has(sim.events(b), Happening.REPLY_DROPPED), LIMIT),
                    () -> sim.events(b).toString());
        }
    }

    private static boolean has(List<NodeEvent> events, Happening what) {
        return events.stream().anyMatch(event -> event.what() == what);
    }

    @Test
    void shouldTellTheTextOfAFailure() {
        try (Sim sim = Sim.seeded(8)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(LENGTH, text -> {
                throw new java.io.IOException("the disk is away");
            });
            a.requester(LENGTH).awaitRepliers(1, LIMIT);
            ParleyException failed = assertThrows(
                    ParleyException.class, () -> a.requester(LENGTH).call("x"));
            assertEquals(ErrorCode.REQUEST_FAILED, failed.code());
            assertEquals("b: java.io.IOException: the disk is away", failed.getMessage());
        }
    }

    @Test
    void shouldSayThatAReplierWasLostUnlessTheServiceIsIdempotent() {
        try (Sim sim = Sim.seeded(9)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            Node c = sim.node("c");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            hang(b, stages);
            a.requester(LENGTH).awaitRepliers(1, LIMIT);
            CompletableFuture<Integer> once = a.requester(LENGTH).request("x");
            CompletableFuture<Integer> again = a.requester(SAFE).request("hello");
            assertTrue(sim.runUntil(() -> stages.size() == 2, LIMIT));
            AtomicInteger runs = new AtomicInteger();
            List<Boolean> redelivered = new ArrayList<>();
            c.replyAsync(SAFE, request -> {
                runs.incrementAndGet();
                redelivered.add(request.redelivered());
                return CompletableFuture.completedFuture(request.value().length());
            });
            sim.crash(b);
            assertEquals(ErrorCode.REPLIER_LOST, failure(sim, once));
            assertEquals(5, value(sim, again));
            assertEquals(1, runs.get());
            assertEquals(List.of(true), redelivered);
        }
    }

    @Test
    void shouldLetAnIdempotentRequestWaitForAReplierThatComesBack() {
        try (Sim sim = Sim.seeded(10)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            hang(b, stages);
            CompletableFuture<Integer> reply = a.requester(SAFE).request("hello");
            assertTrue(sim.runUntil(() -> stages.size() == 1, LIMIT));
            sim.crash(b);
            sim.run(Duration.ofMillis(300));
            sim.restart(b).reply(SAFE, String::length);
            assertEquals(5, value(sim, reply));
        }
    }

    @Test
    void shouldStopAskingWhatKeepsFailingAndTryAgainLater() {
        try (Sim sim = Sim.seeded(15)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            AtomicInteger runs = new AtomicInteger();
            boolean[] well = new boolean[1];
            b.reply(LENGTH, text -> {
                runs.incrementAndGet();
                if (!well[0]) {
                    throw new IllegalStateException("ill");
                }
                return 1;
            });
            Requester<String, Integer> requester = a.requester(LENGTH);
            for (int i = 0; i < 10; i++) {
                assertEquals(ErrorCode.REQUEST_FAILED, failure(sim, requester.request("x")));
            }
            assertEquals(ErrorCode.CIRCUIT_OPEN, failure(sim, requester.request("x")));
            assertEquals(10, runs.get());
            assertTrue(has(sim.events(a), Happening.CIRCUIT_OPENED));
            sim.run(Duration.ofSeconds(1));
            assertEquals(ErrorCode.REQUEST_FAILED, failure(sim, requester.request("probe")));
            sim.run(Duration.ofMillis(1_500));
            assertEquals(ErrorCode.CIRCUIT_OPEN, failure(sim, requester.request("x")), "twice the pause");
            sim.run(Duration.ofMillis(600));
            well[0] = true;
            assertEquals(1, value(sim, requester.request("probe")));
            assertEquals(1, value(sim, requester.request("x")));
            assertTrue(has(sim.events(a), Happening.CIRCUIT_CLOSED));
        }
    }

    @Test
    void shouldFinishWhatRunsAndSendTheRestElsewhereWhenAReplierCloses() {
        try (Sim sim = Sim.seeded(18)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            Node c = sim.node("c");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            Replier replier = b.replyAsync(LENGTH, request -> add(stages));
            Requester<String, Integer> requester = a.requester(LENGTH);
            requester.awaitRepliers(1, LIMIT);
            CompletableFuture<Integer> first = requester.request("one");
            CompletableFuture<Integer> second = requester.request("second");
            assertTrue(sim.runUntil(() -> stages.size() == 1, LIMIT));
            c.reply(LENGTH, String::length);
            requester.awaitRepliers(2, LIMIT);
            sim.after(b, Duration.ofMillis(200), () -> stages.get(0).complete(99));
            replier.close();
            assertEquals(99, value(sim, first));
            assertEquals(6, value(sim, second));
            b.reply(LENGTH, text -> 1).close();
        }
    }

    @Test
    void shouldEndRequestsWhenTheNodeCloses() {
        try (Sim sim = Sim.seeded(19)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            hang(b, stages);
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("x");
            assertTrue(sim.runUntil(() -> stages.size() == 1, LIMIT));
            long began = sim.nanos();
            a.close();
            assertTrue(sim.nanos() - began < 1_000_000_000L, "it waits for no reply");
            assertEquals(ErrorCode.CLOSED, failure(sim, reply));
            ParleyException closed = assertThrows(
                    ParleyException.class, () -> a.requester(LENGTH).request("x"));
            assertEquals(ErrorCode.CLOSED, closed.code());
            b.close();
        }
    }

    @Test
    void shouldAnswerBeforeTheNodeOfTheReplierCloses() {
        try (Sim sim = Sim.seeded(20)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<CompletableFuture<Integer>> stages = new ArrayList<>();
            hang(b, stages);
            CompletableFuture<Integer> reply = a.requester(LENGTH).request("x");
            assertTrue(sim.runUntil(() -> stages.size() == 1, LIMIT));
            sim.after(b, Duration.ofMillis(300), () -> stages.get(0).complete(5));
            b.close();
            assertEquals(5, value(sim, reply));
        }
    }

    @Test
    void shouldAskLastWhoHasFallenSilent() {
        try (Sim sim = Sim.seeded(22)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            b.reply(LENGTH, String::length);
            sim.node("c").reply(LENGTH, String::length);
            Requester<String, Integer> requester = a.requester(LENGTH);
            requester.awaitRepliers(2, LIMIT);
            sim.pauseProcess(b);
            sim.run(Duration.ofSeconds(4));
            for (int i = 0; i < 10; i++) {
                assertEquals(1, value(sim, requester.request("x", Duration.ofSeconds(1))));
            }
        }
    }

    @Test
    void shouldEndWhatAsksAllWhenTheNodeCloses() {
        try (Sim sim = Sim.seeded(23)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            hang(b, new ArrayList<>());
            a.requester(LENGTH).awaitRepliers(1, LIMIT);
            CompletableFuture<List<Answer<Integer>>> asked = a.requester(LENGTH).requestAll("x", LIMIT);
            sim.run(Duration.ofSeconds(2));
            a.addPeer(Endpoint.parse("tcp://10.0.0.99:7000"));
            CompletableFuture<List<Answer<Integer>>> waiting =
                    a.requester(LENGTH).requestAll("x", LIMIT);
            sim.run(Duration.ofMillis(10));
            a.close();
            for (CompletableFuture<List<Answer<Integer>>> all : List.of(asked, waiting)) {
                ParleyException failure = value(sim, all).get(0).failure();
                assertTrue(failure != null && failure.code() == ErrorCode.CLOSED, () -> "" + failure);
            }
        }
    }
}
