package io.parley.core.channel;

/** Why messages will not arrive. The ordinal is the code on the wire: only ever add at the end. */
public enum GapReason {
    /** The sender's log was full, and the oldest went. */
    OVERFLOW,
    /** The reader's own inbox was full. */
    INBOX_FULL,
    /** The time to live had passed. */
    EXPIRED,
    /** Retention had removed them. */
    RETENTION,
    /** The reader lagged for too long and was evicted. */
    EVICTED,
    /** The log was damaged there. */
    CORRUPT,
    /** The sender was lost or started again, with messages that this reader had not got; how many is not known. */
    SENDER_LOST
}
