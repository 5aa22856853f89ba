package io.parley.core;

import java.time.Duration;
import java.util.Optional;

/**
 * A reader without a handler: the program asks. Thread-safe; each message goes to one caller.
 *
 * @param <T> the type of the values
 */
public interface Receiver<T> extends Subscription {
    /**
     * The next message; waits for it. A message counts as processed when the next one is asked for, or the receiver is
     * closed.
     *
     * @return empty when none came in time
     * @throws io.parley.core.error.ParleyException CLOSED, INTERRUPTED (the thread's flag is kept)
     */
    Optional<Message<T>> receive(Duration timeout);
}
