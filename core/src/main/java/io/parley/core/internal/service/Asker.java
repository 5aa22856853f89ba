package io.parley.core.internal.service;

import io.parley.core.error.ErrorCode;
import io.parley.core.identity.NodeId;
import io.parley.core.wire.Offer;
import java.nio.ByteBuffer;

/** What the decisions about a request lead to. Called on the loop; must not call back. */
public interface Asker {
    /** Whether the codecs of both sides fit. */
    boolean fits(Offer.Entry offer);

    /** Whether the replier has been silent for so long that it may be gone: others are asked first. */
    boolean suspects(NodeId replier);

    /** Whether all of it has left: only then it may have begun. */
    boolean sent();

    /**
     * Send it.
     *
     * @param correlation under this number
     * @param nanosLeft until its deadline
     * @param attempt 1 for the first
     */
    void send(NodeId replier, long correlation, long nanosLeft, int attempt);

    /** The replier has answered: what has not left of it stays. */
    void stop(NodeId replier);

    /** Tell the replier that nobody waits any more. */
    void cancel(NodeId replier, long correlation);

    /** It ended with a value. Either this or {@link #failed} is called, once, unless it was cancelled. */
    void answered(NodeId by, ByteBuffer payload);

    /** It ended without a value. */
    void failed(ErrorCode code, String text);
}
