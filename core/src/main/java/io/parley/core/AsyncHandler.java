package io.parley.core;

import java.util.concurrent.CompletionStage;

/**
 * A {@link Handler} that is done when the stage it returns completes. A stage that completes with an error is like an
 * exception.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface AsyncHandler<T> {
    /** Begins with one message. */
    CompletionStage<?> handle(Message<T> message) throws Exception;
}
