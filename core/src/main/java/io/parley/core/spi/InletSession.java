package io.parley.core.spi;

import io.parley.core.wire.Ack;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Credit;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Resume;
import io.parley.core.wire.Settle;

/** One session at its receiver, in one incarnation. */
public interface InletSession {
    /** Where to begin: for ATTACH. */
    Resume resume();

    /** The first grant: for ATTACH. */
    Credit credit();

    /** The sender agreed. */
    void attached(Attached attached, long now);

    /**
     * Records, whose numbers were found to follow on what came before, and each of which lies within the frame.
     *
     * @param frame one count of it now belongs to this session
     */
    void data(InFrame frame, long now);

    /**
     * A part of a leased record came, too large for a frame; {@link #data} follows with all of it, unless the session ends
     * before. Does nothing by default.
     */
    default void arriving(Lease lease, long now) {}

    /** A gap, whose number was found to follow on what came before. */
    void gap(Gap gap, long now);

    /**
     * Looks at what handlers did, and at the time. Called after they made progress, after frames, and when the deadline it
     * named has come.
     *
     * @return the time at which it wants to be called again at the latest; {@link Long#MAX_VALUE} for never
     */
    long turn(AckPort out, long now);

    /** The session is over. What was not started is dropped: it comes again, or belongs to others now. */
    void ended(OutletSession.Ending ending, long now);

    /** Where a session's answers go; written to the link before {@code turn} returns to the loop's next step. */
    interface AckPort {
        /** Writes an acknowledgement. */
        void ack(long processed, java.util.List<Ack.Range> ranges, long started, Credit credit);

        /** Writes settlements. */
        void settle(java.util.List<Settle.Item> items);

        /** Renews leases. */
        void renew(java.util.List<Long> leases, int extensionMillis);

        /** Whether the link has room: when not, what is written waits in a bounded queue; ask again at the next turn. */
        boolean writable();
    }
}
