package io.parley.core.spi;

import io.parley.core.channel.Happening;
import io.parley.core.identity.NodeId;

/** What an {@link Outlet} tells the engine. Called on the loop. */
public interface OutletListener {
    /** This message has been processed by one of its audience, for a queue by the worker. */
    void processedBy(long lsn, NodeId peer);

    /** This message's audience is complete: each has settled or ended. */
    void completed(long lsn);

    /** This message is dead: it will not be tried again. Called before the record is let go of. */
    void dead(DeadRecord dead);

    /** This message expired before it was processed. */
    void expired(long lsn);

    /** Something that an operator should know. */
    void happened(Happening what, long count, String detail);
}
