package io.parley.core.spi;

import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Refused;

/**
 * The sending side of one channel in one mode: which reader gets which record of the log, and what may be let go of. A plain
 * state machine: the loop calls it, it calls nobody but {@link OutletListener} and the log. Times are {@link Clock#nanos}.
 */
public interface Outlet {
    /**
     * A peer's reader asks for a session. Mode and kind were found to fit.
     *
     * @return the session, or why there is none
     */
    Attachment attach(Attach request, PeerRun peer, long now);

    /**
     * Looks at new records, at what came back, and at the time. Called when the log has grown, after acknowledgements, and
     * when the deadline it named has come.
     *
     * @return the time at which it wants to be called again at the latest; {@link Long#MAX_VALUE} when nothing waits for time
     */
    long turn(long now);

    /** The peer was silent for too long, or its link broke and did not come back. Its sessions have ended before. */
    void peerLost(NodeId peer, long now);

    /** The peer said BYE, or came back as another run. It will not resume. Its sessions have ended before. */
    void peerGone(NodeId peer, long now);

    /** All messages below this lsn have reached what {@code flush} waits for in this mode. */
    long flushedLsn();

    /** All messages below this lsn are processed, or will not be; where a mode knows of that. */
    default long settledLsn() {
        return flushedLsn();
    }

    /** What waits here, for people. */
    OutletStatus status();

    /**
     * Which run of which peer.
     *
     * @param id the node
     * @param run its run
     */
    record PeerRun(NodeId id, Run run) {}

    /** The answer to {@link #attach}. */
    sealed interface Attachment {}

    /**
     * A session is open.
     *
     * @param session the session
     */
    record Accepted(OutletSession session) implements Attachment {}

    /**
     * There is none.
     *
     * @param reason for programs
     * @param text for people
     */
    record Rejected(Refused.Reason reason, String text) implements Attachment {}
}
