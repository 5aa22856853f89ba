package io.parley.core.spi;

import io.parley.core.channel.Happening;

/** What a log tells the node that opened it. Any thread. */
public interface LogListener {
    /** More of it is visible or safe than before, without an append; or it has failed: the loop looks at it. Never waits. */
    void moved();

    /** Something that an operator should know. Never waits. */
    void happened(Happening what, long count, String detail);

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
