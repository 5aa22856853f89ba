package io.parley.core.internal.inbox;

/** What empties an inbox. Any thread. */
public interface InboxConsumer {
    /** Something was added. */
    void wake();

    /** Takes no further message. What runs may finish. */
    void close();

    /** Whether the calling thread runs its handler now. */
    default boolean runsHere() {
        return false;
    }

    /** Interrupts the handler that runs now, if any. */
    void interrupt();

    /** Whether nothing runs any more after {@link #close}. */
    boolean closed();

    /** What it got so far. */
    ReaderCounters counters();

    /** How many messages wait. */
    long waiting();
}
