package io.parley.core.channel;

/** The pattern that a channel serves. The ordinal is the code on the wire: only ever add at the end. */
public enum Kind {
    /** Publish/subscribe: every subscriber whose filter matches gets the message. */
    TOPIC,
    /** Push/pull: one worker gets the message. */
    QUEUE,
    /** Request/reply. */
    SERVICE
}
