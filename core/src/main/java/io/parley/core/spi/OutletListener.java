package io.parley.core.spi;

import io.parley.core.channel.Happening;
import io.parley.core.identity.NodeId;

/** What an {@link Outlet} tells the engine. Called on the loop. */
public interface OutletListener {
    /** This message has been processed by one of its audience, for a queue by the worker. */
    void processedBy(long lsn, NodeId peer);

    /** This message's audience is complete: each has settled or ended. */
    void completed(long lsn);

    /**
     * These messages need not wait for this reader any more, of whose audience it was: it will not process them, or not as
     * one of the audience. Called before {@link #completed}. Says nothing by default.
     *
     * @param from the first lsn
     * @param to the last lsn; some of them may not match the reader's filter
     */
    default void audienceEnded(long from, long to, AudienceEnd end) {}

    /**
     * How a reader left an audience.
     *
     * @param peer its node
     * @param reader its name
     * @param why why
     */
    record AudienceEnd(NodeId peer, String reader, Why why) {
        /** Why a reader left an audience. */
        public enum Why {
            /** It held up a full log for too long. */
            EVICTED,
            /** The messages expired before it got them. */
            EXPIRED,
            /** It was closed, its node said BYE, or came back as another run. */
            GONE,
            /** It was lost, and did not come back in time. */
            LOST,
            /** The log was full, and the oldest messages went. */
            OVERFLOW,
            /** Retention removed them. */
            RETENTION
        }
    }

    /** This message is dead: it will not be tried again. Called before the record is let go of. */
    void dead(DeadRecord dead);

    /** This message expired before it was processed. */
    void expired(long lsn);

    /** Something that an operator should know. */
    void happened(Happening what, long count, String detail);
}
