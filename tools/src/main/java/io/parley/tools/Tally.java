package io.parley.tools;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.ExitCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How many messages a receiver still wants, and when it is over. Thread-safe. */
final class Tally {
    private final long wanted;
    private long started;
    private long done;
    private @Nullable RuntimeException failure;

    /** 0 wants messages for ever. */
    Tally(long wanted) {
        this.wanted = wanted;
    }

    /**
     * Begins one more message. While as many are being worked on as are wanted, it waits: one of them may fail.
     *
     * @return whether it is wanted
     */
    synchronized boolean begin() throws InterruptedException {
        while (wanted > 0 && started >= wanted && !over()) {
            wait();
        }
        if (over()) {
            return false;
        }
        started++;
        return true;
    }

    /** What was begun did not succeed. */
    synchronized void undo() {
        started--;
        notifyAll();
    }

    /**
     * What was begun is done.
     *
     * @return whether it was the last
     */
    synchronized boolean done() {
        done++;
        if (done == wanted) {
            notifyAll();
        }
        return done == wanted;
    }

    /** Ends it all. */
    synchronized void fail(RuntimeException error) {
        failure = error;
        notifyAll();
    }

    /**
     * Waits until all are there.
     *
     * @param timeout null for ever
     * @throws ParleyException TIMEOUT
     */
    synchronized int await(@Nullable Duration timeout) throws InterruptedException {
        long end = timeout == null ? 0 : System.nanoTime() + timeout.toNanos();
        while (!over()) {
            long left = timeout == null ? 1_000 : TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                String goal = wanted > 0 ? " of " + wanted : "";
                throw new ParleyException(ErrorCode.TIMEOUT, "the time is over after " + done + goal + " messages");
            }
            wait(left);
        }
        if (failure != null) {
            throw failure;
        }
        return ExitCode.SUCCESS;
    }

    private boolean over() {
        return failure != null || wanted > 0 && done >= wanted;
    }

    /** How it stands when a signal ended it: whoever wanted messages for ever has got what there was. */
    synchronized int interrupted() {
        if (wanted == 0 || done >= wanted) {
            return ExitCode.SUCCESS;
        }
        System.err.println(ErrorCode.INTERRUPTED + ": ended by a signal after " + done + " of " + wanted + " messages");
        return ExitCode.FAILURE;
    }
}
