package io.parley.core;

/**
 * What a program does with a message. Called for one message at a time and in order per subscription, on the node's handler
 * threads; for a puller with {@code concurrency(n)} on up to n threads at once. It may wait, but then keeps one of those
 * threads. Returning means done. Throwing means: best effort, the next message; RELIABLE and DURABLE, again after a pause.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface Handler<T> {
    /** Handles one message. */
    void handle(Message<T> message) throws Exception;
}
