package io.parley.core;

/**
 * What a program answers to a request. Called on the node's handler threads, for one request at a time; for a replier with
 * {@code concurrency(n)} on up to n threads at once. It may wait, but then keeps one of those threads; it is interrupted when
 * nobody waits for its reply any more. What it throws fails the request with REQUEST_FAILED and its text.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the replies
 */
@FunctionalInterface
public interface RequestHandler<Q, R> {
    /** Answers one request; not null. */
    R reply(Q request) throws Exception;
}
