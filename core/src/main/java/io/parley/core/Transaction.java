package io.parley.core;

/**
 * What a handler sends together with having processed its message: all of it, or nothing, whatever crashes and whenever. Given to
 * a {@link TransactedHandler}; good for that one run of it, on any thread until it returns.
 */
public interface Transaction {
    /**
     * Sends a message once the handler has returned and that is safe on disk. When the handler throws, nothing is sent. Never
     * waits. Where the channel's log is full then, the message waits for room, whatever the channel's policy is: it is not
     * dropped.
     *
     * @param to a handle of the same node, for a DURABLE topic or queue
     * @throws io.parley.core.error.ParleyException INVALID_ARGUMENT when it is none; MESSAGE_TOO_LARGE when all that is sent
     *     with one message takes more than 250,000 bytes, counting 256 more for each; ENCODING_FAILED; CLOSED when the handler has returned, or the handle
     *     is closed
     */
    default <V> void send(Sender<V> to, V value) {
        send(to, Outgoing.of(value));
    }

    /** Like {@link #send(Sender, Object)}, with subject, key, headers or time to live; that begins now. */
    <V> void send(Sender<V> to, Outgoing<V> message);
}
