package io.parley.core;

/** How far a message has come. */
public enum Stage {
    /** In the sender's log. */
    ACCEPTED,
    /** In the sender's journal, and forced where its flush policy says so. */
    JOURNALED,
    /** Handled by everybody in its audience, or by the worker that took it. */
    PROCESSED
}
