package io.parley.core.spi;

import java.util.List;

/**
 * Runs the handler of a queue's member, on other threads. Called on the loop. How many batches run at once is the caller's
 * to keep within the member's concurrency. Batches are what makes short handlers cheap: a hop between threads costs as much
 * as a hundred of them.
 */
public interface Workers {
    /**
     * Hands over messages that run one after the other, as one run at a time: a batch takes one slot of the member's
     * concurrency. The end of each is told to {@link WorkListener#finished}, on the loop, exactly once and in order.
     *
     * @param firstTicket names the run of the first task; the others have the numbers that follow. Chosen by the caller
     * @param tasks what to run; one count of each task's frame goes with it
     */
    void start(long firstTicket, List<Task> tasks);

    /**
     * Takes back what has not begun of the batch with this first ticket: it ends with {@code finished} and the outcome
     * RETURNED, without waiting for the one that runs, which goes on.
     */
    void recall(long firstTicket);

    /** Interrupts a run that takes too long. It still ends with {@code finished}, however late. */
    void interrupt(long ticket);

    /**
     * One message to run.
     *
     * @param frame where its record is; the same object for messages of the same frame
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

    /**
     * Hears of ends, never from within a call of {@link Workers}. After calls of {@code finished} the loop calls {@code turn}
     * of each session of the inlet.
     */
    interface WorkListener {
        /**
         * A run ended.
         *
         * @param ticket which
         * @param outcome DONE, RETRY or DEAD; RETURNED when it was recalled before it began
         * @param delayMillis for RETRY: as the handler wished, 0 when it did not say
         * @param cause for people
         */
        void finished(long ticket, io.parley.core.wire.Settle.Outcome outcome, int delayMillis, String cause);
    }
}
