package io.parley.core;

/** A running reader of a topic, or a member of a queue. Thread-safe. */
public interface Subscription extends AutoCloseable {
    /** What it got so far. */
    ReaderStats stats();

    /**
     * Ends it: the running handler may finish, for at most the node's linger; it is interrupted at half of it. Messages of a
     * queue that were not started go to other workers at once. Its own handler may call it: then no further message comes, and
     * the call does not wait. Idempotent.
     */
    @Override
    void close();

    /**
     * Counters of a reader.
     *
     * @param received messages given to the handler
     * @param missed messages that it was told it will not get
     * @param failed handler runs that threw
     * @param waiting messages that wait for the handler
     * @param senders nodes from which it reads now
     */
    record ReaderStats(long received, long missed, long failed, long waiting, int senders) {}
}
