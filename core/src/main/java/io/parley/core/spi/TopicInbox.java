package io.parley.core.spi;

import io.parley.core.wire.Gap;
import io.parley.core.wire.Position;

/**
 * Where a topic's inlet puts what arrived, and learns what became of it. Behind it a handler takes entries one at a time and
 * in order, on another thread. Called on the loop.
 */
public interface TopicInbox {
    /** A line of one session in the inbox. */
    interface Line {
        /** Adds the records of a DATA frame. One count of the frame goes with it. */
        void put(InFrame frame);

        /** Adds a gap: it is told to the user when all before it was handled. */
        void put(Gap gap);

        /**
         * The session number up to which entries were handled: processed, parked, skipped as executed before, or told; and,
         * where the reader keeps that, up to which nothing takes it back. Read anew at each call.
         */
        long handled();

        /** Whether all that was handled is told by {@link #handled}: not while what the reader keeps of it may be lost. */
        boolean settled();

        /** Bytes of records that were handled, in all. */
        long handledBytes();

        /** Drops what was not started; what runs goes on. Nothing is put any more. */
        void end();
    }

    /** Opens the line of a session with this peer. */
    Line open(Outlet.PeerRun peer);

    /**
     * The last id of this peer that was handled, of whichever session, and in whichever run where the reader keeps that; {@link
     * Position#ZERO} when there is none.
     */
    Position lastHandled(Outlet.PeerRun peer);

    /** Forgets what was handled of a peer. */
    void forget(Outlet.PeerRun peer);

    /** Whether nothing waits and nothing runs. */
    boolean idle();
}
