package io.parley.transport.internal.guard;

/**
 * Keeps interrupts away from JeroMQ, and gives them back. An interrupted thread inside of JeroMQ closes the pipe by which
 * JeroMQ's threads talk to each other. Belongs to the loop thread; what is held is counted, so that calls may nest.
 */
public final class Interrupts {
    private int depth;
    private boolean interrupted;

    /** From now on. */
    public void hold() {
        depth++;
        note();
    }

    /** Looks again, after a wait that an interrupt may have ended. */
    public void note() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
    }

    /** JeroMQ said EINTR: it has taken the flag. */
    public void swallowed() {
        interrupted = true;
    }

    /** Gives back what was held. */
    public void release() {
        depth--;
        if (depth == 0 && interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }
}
