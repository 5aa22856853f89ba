package io.parley.core.spi;

import io.parley.core.wire.Ack;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.util.List;

/** One session at its sender, in one incarnation: made by {@link Outlet#attach}, gone with {@link #ended}. */
public interface OutletSession {
    /**
     * Where the session begins, for ATTACHED: the lsn of the first message that it may send or tell by a GAP. A reader whose
     * link breaks before anything came resumes from there. 0 when that means nothing, as for queues; so by default.
     */
    default long beginsAt() {
        return 0;
    }

    /** Whether there is something to send, credit apart. */
    boolean hasMore();

    /**
     * Puts what comes next into the frame: records, or one GAP. Only called with credit for one item at least. What was put
     * counts as sent. May add nothing, when {@link #hasMore} was too hopeful.
     */
    void fill(FrameFiller frame, long now);

    /** An acknowledgement, checked to name no number that was not sent. Credit is the engine's business. */
    void acked(Ack ack, long now);

    /** Settlements of leased messages. Queues only. */
    void settled(Settle settle, long now);

    /** The member still holds these leases. Queues only. */
    void renewed(Renew renew, long now);

    /** The reader wants other messages from now on. Topics only. */
    void refilter(List<String> filters);

    /** The session is over. */
    void ended(Ending ending, long now);

    /** Why a session ended. */
    enum Ending {
        /** The link is down; the reader may come back. */
        LINK_DOWN,
        /** The reader was closed: it will not come back. */
        CLOSED,
        /** The reader's node drains: it holds what it started, and takes no more. */
        DRAINING,
        /** The reader attached again in another session. */
        REPLACED
    }
}
