package io.parley.core;

import java.time.Duration;

/**
 * Publishes on a topic.
 *
 * @param <T> the type of the values
 */
public interface Publisher<T> extends Sender<T> {
    /** Like {@link #send(Object)}, with a subject: what follows the topic's name and a dot. */
    void send(String subject, T value);

    /**
     * Waits until so many subscribers are attached. Subscribers on linked nodes lose nothing without this; it is for those
     * that this node has not met yet.
     *
     * @throws io.parley.core.error.ParleyException TIMEOUT, CLOSED, INTERRUPTED
     */
    void awaitSubscribers(int count, Duration timeout);
}
