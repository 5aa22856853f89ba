package io.parley.core.spi;

import io.parley.core.channel.Happening;

/** What an {@link Inlet} tells the engine. Called on the loop. */
public interface InletListener {
    /** Something that an operator should know. */
    void happened(Happening what, long count, String detail);
}
