package io.parley.core;

/** What became of an append that does not wait. */
public enum Offer {
    /** It is in the log. */
    ACCEPTED,
    /** The log is full. */
    FULL,
    /** The log is full, and nobody is connected who could empty it. */
    NOT_CONNECTED
}
