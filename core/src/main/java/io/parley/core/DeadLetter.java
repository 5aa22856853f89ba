package io.parley.core;

/**
 * A message that will not be tried again.
 *
 * @param message the message; its attempt is that of the last try
 * @param attempts how often its handler failed
 * @param deaths how many holders died while it ran
 * @param cause the last failure
 * @param <T> the type of the value
 */
public record DeadLetter<T>(Message<T> message, int attempts, int deaths, String cause) {}
