package io.parley.core;

import io.parley.core.spi.Runtime;
import org.jspecify.annotations.Nullable;

/** How the API finds the engine in this module. Not for users. */
public interface NodeOpener {
    /** Opens a node; with the real threads, time and chance when no runtime is given. */
    Node open(NodeSettings settings, @Nullable Runtime runtime);
}
