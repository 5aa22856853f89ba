package io.parley.core.channel;

/** What a subscription to a RELIABLE or DURABLE topic does about a message that its handler threw at in every attempt. */
public enum Exhausted {
    /** The message is given to {@code onParked} and counts as processed; the subscription goes on with the next one. */
    PARK,
    /**
     * The subscription ends, with the event {@link Happening#SUBSCRIPTION_STOPPED}. The message does not count as processed:
     * a RELIABLE sender is told that the reader is gone, and waits for it no longer; on a DURABLE topic it is the first that
     * the next subscription of this name gets.
     */
    STOP
}
