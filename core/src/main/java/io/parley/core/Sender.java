package io.parley.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A handle for sending on one channel; one per node and channel. Thread-safe.
 *
 * @param <T> the type of the values
 */
public interface Sender<T> extends AutoCloseable {
    /**
     * Appends a message to the channel's log. Waits when the log is full, as the channel's policy says.
     *
     * @throws io.parley.core.error.ParleyException LOG_FULL when there was no room in time, MESSAGE_TOO_LARGE,
     *     ENCODING_FAILED, CLOSED, INTERRUPTED (the thread's flag is kept)
     */
    void send(T value);

    /** Like {@link #send(Object)}, with subject, key, headers or time to live. */
    void send(Outgoing<T> message);

    /** Appends a message if there is room; never waits. */
    Offer offer(T value);

    /** Like {@link #offer(Object)}, with subject, key, headers or time to live. */
    Offer offer(Outgoing<T> message);

    /**
     * Appends a message like {@link #send}, which may wait, and tells when it has come to the stage that the mode promises:
     * ACCEPTED for best effort, PROCESSED for RELIABLE, JOURNALED for DURABLE.
     *
     * @return completes on a handler thread; with a {@code ParleyException} DEAD_LETTER, EXPIRED or LOST_AT_CLOSE when the
     *     message will not get there
     */
    CompletableFuture<Receipt> sendAsync(T value);

    /**
     * Like {@link #sendAsync(Object)}, and waits for the stage that is named.
     *
     * @throws io.parley.core.error.ParleyException MODE_UNAVAILABLE in the future when the channel's mode never gets there
     */
    CompletableFuture<Receipt> sendAsync(Outgoing<T> message, Stage stage);

    /**
     * Waits until all that was appended before has been written to those it is for (best effort), processed (RELIABLE) or
     * forced to disk (DURABLE).
     *
     * @throws io.parley.core.error.ParleyException TIMEOUT, CLOSED, INTERRUPTED
     */
    void flush(Duration timeout);

    /**
     * Like {@link #flush(Duration)}, and waits until all that was appended before has come to the stage that is named. PROCESSED
     * says that each message is processed, dead, expired, or without audience; of a DURABLE channel also those that earlier runs
     * left in the journal.
     *
     * @throws io.parley.core.error.ParleyException also MODE_UNAVAILABLE when the channel's mode never gets there, DISK_FAILED
     */
    void flush(Stage stage, Duration timeout);

    /** How many messages were appended, and how many were dropped since the log was full. */
    SenderStats stats();

    /** Withdraws the channel from this node, after what was appended has gone its way, for at most the node's linger. */
    @Override
    void close();

    /**
     * Counters of a sender.
     *
     * @param appended messages in the log so far
     * @param dropped messages that the policy dropped
     * @param usedBytes room of the log in use
     * @param readers sessions attached now
     */
    record SenderStats(long appended, long dropped, long usedBytes, int readers) {}
}
