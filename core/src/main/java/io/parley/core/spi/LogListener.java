package io.parley.core.spi;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Happening;

/** What a log tells, and asks, the node that opens it. Any thread. */
public interface LogListener {
    /** More of it is visible or safe than before, without an append; or it has failed: the loop looks at it. Never waits. */
    void moved();

    /** Something that an operator should know. Never waits. */
    void happened(Happening what, long count, String detail);

    /**
     * Whether the codec of the channel reads what was written with this: a log that outlives its process asks while it is opened,
     * and is not opened where messages wait in it that it does not read. Yes, by default.
     */
    default boolean reads(ChannelSettings.Schema written) {
        return true;
    }

    /**
     * Has something appended to the log while nobody else appends; waits for who does.
     *
     * @return whether it was; not when the channel over the log is not there yet, or takes no more: nobody else appends then.
     *     Never, by default
     */
    default boolean exclusively(Runnable append) {
        return false;
    }
}
