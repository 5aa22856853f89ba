package io.parley.core;

import java.util.concurrent.CompletionStage;

/**
 * A {@link RequestHandler} that is done when the stage it returns completes. A stage that completes with an error is like an
 * exception. When nobody waits for the reply any more its thread is interrupted while the method runs, and later the stage is
 * cancelled by way of its {@code toCompletableFuture}.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the replies
 */
@FunctionalInterface
public interface AsyncRequestHandler<Q, R> {
    /** Begins with one request. */
    CompletionStage<R> reply(Message<Q> request) throws Exception;
}
