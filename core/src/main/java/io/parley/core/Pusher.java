package io.parley.core;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Pushes to a work queue.
 *
 * @param <T> the type of the values
 */
public interface Pusher<T> extends Sender<T> {
    /**
     * Waits until so many workers are attached.
     *
     * @throws io.parley.core.error.ParleyException TIMEOUT, CLOSED, INTERRUPTED
     */
    void awaitWorkers(int count, Duration timeout);

    /** Gets the messages that were given up, on a handler thread. Replaces the listener before. */
    void onDead(Consumer<DeadLetter<T>> listener);
}
