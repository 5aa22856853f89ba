package io.parley.core;

import io.parley.core.channel.Death;

/**
 * A message that will not be tried again.
 *
 * @param message the message; its attempt is that of the last try
 * @param death why, when, and what was tried
 * @param <T> the type of the value
 */
public record DeadLetter<T>(Message<T> message, Death death) {
    /** How often its handler failed. */
    public int attempts() {
        return death.attempts();
    }

    /** How many holders died while it ran. */
    public int deaths() {
        return death.deaths();
    }

    /** The last failure, for people. */
    public String cause() {
        return death.cause();
    }
}
