package io.parley.core.channel;

/**
 * How much a channel promises. Both sides of a channel must name the same mode. The ordinal is the code on the wire: only
 * ever add at the end.
 */
public enum Mode {
    /** At most once; every loss is counted and told while the sender lives. */
    BEST_EFFORT,
    /** At least once while the sender lives; nothing twice to the same process. */
    RELIABLE,
    /** At least once across any crash of either side. */
    DURABLE
}
