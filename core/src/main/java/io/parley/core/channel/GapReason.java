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
    /**
     * The sender died, or started again, and had not said goodbye: what it had not handed over yet will not come, and how many
     * messages that is nobody knows; it may be none. Told by the reader's own node, never on the wire. Death is guessed: when
     * a connection broke and did not come back for a second, or the sender was silent for two minutes after it was lost.
     * Should the same run return after all, reading goes on where it was.
     */
    SENDER_LOST
}
