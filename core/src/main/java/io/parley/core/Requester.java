package io.parley.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a service. Thread-safe; holds nothing that must be closed.
 *
 * <p>A request goes to the replier with the most room. While nobody serves, it waits until the node is settled: until every
 * address it knows has linked and told what it offers, or has failed for 800 ms. Futures fail with a
 * {@link io.parley.core.error.ParleyException}:
 *
 * <ul>
 *   <li>NO_RESPONDER: nobody serves it;
 *   <li>REQUEST_FAILED: the handler threw; the message names the replier and has its text;
 *   <li>TIMEOUT: no reply within the deadline; whether it ran is not known;
 *   <li>REPLIER_LOST: the link to the replier broke after it was asked; whether it ran is not known;
 *   <li>REPLIERS_BUSY: every replier refused before it began;
 *   <li>CIRCUIT_OPEN: the repliers failed ten times in a row, and are not asked for a while;
 *   <li>CODEC_MISMATCH, DECODING_FAILED: the two sides do not understand each other;
 *   <li>CLOSED: the node was closed.
 * </ul>
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the replies
 */
public interface Requester<Q, R> {
    /** The most bytes of requests of one requester that wait for their replies. */
    long MAX_OUTSTANDING_BYTES = 64L * 1024 * 1024;

    /**
     * Asks, with the deadline of the service. Never waits. The future completes on a handler thread; cancelling it tells the
     * replier, which interrupts its handler.
     *
     * @throws io.parley.core.error.ParleyException TOO_MANY_REQUESTS, MESSAGE_TOO_LARGE above 260,000 bytes, ENCODING_FAILED,
     *     CLOSED
     */
    CompletableFuture<R> request(Q request);

    /**
     * Asks. As {@link #request(Object)}.
     *
     * @param deadline how long to wait for the reply; more than nothing, at most a day
     */
    CompletableFuture<R> request(Q request, Duration deadline);

    /**
     * Asks and waits for the reply, at most for the deadline of the service. On an interrupt the request is cancelled. Not to
     * be called by handlers that run on the loop. Where the node only waits, the calling thread does the work of its loop
     * meanwhile: handlers that run on the loop, and {@code onEvent}, may then be called by it.
     *
     * @throws io.parley.core.error.ParleyException as the future of {@link #request(Object)} would fail; INTERRUPTED
     */
    R call(Q request);

    /** Asks this peer only. */
    Requester<Q, R> to(Peer peer);

    /**
     * Asks all repliers that are known once the node is settled. Never waits. The future completes when all have answered or
     * failed, at the latest after the time-out, and fails itself only with NO_RESPONDER and CLOSED.
     */
    CompletableFuture<List<Answer<R>>> requestAll(Q request, Duration timeout);

    /** How many repliers are known. Asks the loop, so it may wait for a moment. */
    int repliers();

    /**
     * Waits until so many repliers are known.
     *
     * @throws io.parley.core.error.ParleyException TIMEOUT, INTERRUPTED
     */
    void awaitRepliers(int count, Duration timeout);
}
