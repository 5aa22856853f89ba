package io.parley.core.internal.inbox;

import io.parley.core.AsyncHandler;
import io.parley.core.Handler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Makes one kind of handler of both. */
public final class HandlerRuns {
    /** What a handler returns that is done when it returns. */
    static final CompletionStage<Object> DONE = CompletableFuture.completedFuture(HandlerRuns.class);

    private HandlerRuns() {}

    /** A handler that is done when it returns. */
    public static <T> AsyncHandler<T> of(Handler<T> handler) {
        return message -> {
            handler.handle(message);
            return DONE;
        };
    }
}
