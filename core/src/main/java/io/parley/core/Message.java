package io.parley.core;

import io.parley.core.channel.MessageId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A message as a reader gets it. It may be kept after the handler returned. Any thread.
 *
 * @param <T> the type of the value
 */
public interface Message<T> {
    /** What was sent. */
    T value();

    /** Who sent it. */
    Peer from();

    /** The whole subject: the channel's name, and the suffix that was given with the message after a dot. */
    String subject();

    /** Which message: the same at each redelivery, so that effects can be made idempotent by it. */
    MessageId id();

    /** When it was sent, by the sender's clock, to about a millisecond. */
    Instant time();

    /** The key that was given with it. */
    Optional<String> key();

    /** The headers that were given with it. */
    Map<String, String> headers();

    /** 1 for the first time that this message is given to a handler. */
    int attempt();

    /** Whether it may have run before, here or elsewhere. */
    boolean redelivered();
}
