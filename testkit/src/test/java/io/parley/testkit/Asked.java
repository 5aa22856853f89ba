package io.parley.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.Replier;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A service, and what its tests ask of requests. */
final class Asked {
    static final Service<String, Integer> LENGTH = Service.of("length", Codec.utf8(), Codec.int32());
    static final Service<String, Integer> SAFE = LENGTH.idempotent();
    static final Duration LIMIT = Duration.ofSeconds(30);

    private Asked() {}

    static ErrorCode failure(Sim sim, CompletableFuture<?> future) {
        assertTrue(sim.runUntil(future::isDone, LIMIT), "a request without end");
        CompletionException thrown = assertThrows(CompletionException.class, future::join);
        return assertFailure(thrown.getCause());
    }

    static ErrorCode assertFailure(Throwable thrown) {
        return ((ParleyException) thrown).code();
    }

    static <R> R value(Sim sim, CompletableFuture<R> future) {
        assertTrue(sim.runUntil(future::isDone, LIMIT), "a request without end");
        return future.join();
    }

    static Peer peer(Node of, Node who) {
        return of.peers().stream()
                .filter(p -> p.id().equals(who.id()))
                .findFirst()
                .orElseThrow();
    }

    static Replier hang(Node node, List<CompletableFuture<Integer>> stages) {
        return node.replyAsync(SAFE.concurrency(10), request -> {
            CompletableFuture<Integer> stage = new CompletableFuture<>();
            stages.add(stage);
            return stage;
        });
    }

    static CompletableFuture<Integer> add(List<CompletableFuture<Integer>> stages) {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        stages.add(stage);
        return stage;
    }
}
