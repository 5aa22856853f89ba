package io.parley.transport.plain;

/**
 * What a program does with a message of a plain socket. Called for one message at a time and in order per socket, on the node's
 * handler threads. It may wait, but then keeps one of those threads, and in the end holds up who sends. What it throws is told
 * as HANDLER_FAILED; the message does not come again.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface PlainHandler<T> {
    /** Handles one message. */
    void handle(PlainMessage<T> message) throws Exception;
}
