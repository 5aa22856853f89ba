package io.parley.core.spi;

import java.time.Duration;

/**
 * What another module runs beside a node, on threads of its own: opened when it is first asked for, ended with the node. There
 * is at most one of each type for a node.
 */
public interface Companion {
    /**
     * Ends it. Called once, after the node's loop has ended and while its handler threads still run. Waits not much longer than
     * the time that is left; an interrupt is kept for later.
     *
     * @param left of the node's linger; not negative
     */
    void close(Duration left);
}
