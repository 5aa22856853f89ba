package io.parley.core.spi;

import io.parley.core.channel.Happening;

/** What a log tells the node that opened it. Any thread; nothing here waits. */
public interface LogListener {
    /** More of it is visible or safe than before, without an append; or it has failed: the loop looks at it. */
    void moved();

    /** Something that an operator should know. */
    void happened(Happening what, long count, String detail);
}
