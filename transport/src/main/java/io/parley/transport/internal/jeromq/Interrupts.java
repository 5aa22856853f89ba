package io.parley.transport.internal.jeromq;

/**
 * Keeps interrupts away from JeroMQ, and gives them back. An interrupted thread inside of JeroMQ closes the pipe by which
 * JeroMQ's threads talk to each other. Belongs to the loop thread; what is held is counted, so that calls may nest.
 */
final class Interrupts {
    private int depth;
    private boolean interrupted;

    void hold() {
        depth++;
        note();
    }

    /** Looks again, after a wait that an interrupt may have ended. */
    void note() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
    }

    /** JeroMQ said EINTR: it has taken the flag. */
    void swallowed() {
        interrupted = true;
    }

    void release() {
        depth--;
        if (depth == 0 && interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }
}
