package io.parley.core;

/**
 * What a program does with a message when all that it does is to send others. Called for one message at a time and in order
 * per subscription, on the node's handler threads. Returning means done: that the message is processed and what was sent by
 * the transaction are one fact on disk. Throwing means that nothing is sent, and the message comes again after a pause.
 *
 * <p>It may run again for the same message, when its process dies before that is on disk: what else it does must bear that.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface TransactedHandler<T> {
    /** Handles one message. */
    void handle(Message<T> message, Transaction transaction) throws Exception;
}
