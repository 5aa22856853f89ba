package io.parley.core.spi;

/**
 * Runs the handler of a queue's member, on other threads. Called on the loop. How many run at once is the caller's to keep
 * within the member's concurrency.
 */
public interface Workers {
    /**
     * Hands over one message. Its end is told to {@link WorkListener#finished}, on the loop, exactly once.
     *
     * @param ticket names this run; chosen by the caller
     * @param task what to run; one count of the frame goes with it
     */
    void start(long ticket, Task task);

    /** Interrupts a run that takes too long. It still ends with {@code finished}, however late. */
    void interrupt(long ticket);

    /**
     * One message to run.
     *
     * @param frame where its record is
     * @param offset where the record begins
     * @param peer its sender
     * @param epoch the run that appended it
     * @param attempt 1 for the first time
     * @param redelivered whether it may have run before
     */
    record Task(
            InFrame frame,
            int offset,
            Outlet.PeerRun peer,
            long epoch,
            int attempt,
            io.parley.core.wire.Lease.Redelivered redelivered) {}

    /** Hears of ends. */
    interface WorkListener {
        /**
         * A run ended.
         *
         * @param ticket which
         * @param outcome DONE, RETRY or DEAD
         * @param delayMillis for RETRY: as the handler wished, 0 when it did not say
         * @param cause for people
         */
        void finished(long ticket, io.parley.core.wire.Settle.Outcome outcome, int delayMillis, String cause);
    }
}
