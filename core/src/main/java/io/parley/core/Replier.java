package io.parley.core;

/** A running replier of a service. Thread-safe. */
public interface Replier extends AutoCloseable {
    /** What it did so far. */
    ReplierStats stats();

    /**
     * Ends it: requests that have not begun go to other repliers, the running handlers may finish, for at most the node's
     * linger; they are interrupted at half of it. Its own handler may call it; then the call does not wait. Idempotent.
     */
    @Override
    void close();

    /**
     * Counters of a replier.
     *
     * @param answered requests that were answered with a value
     * @param failed requests whose handler threw
     * @param dropped replies for which nobody waited any more
     */
    record ReplierStats(long answered, long failed, long dropped) {}
}
