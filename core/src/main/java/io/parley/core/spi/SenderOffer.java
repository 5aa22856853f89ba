package io.parley.core.spi;

import io.parley.core.wire.Position;

/**
 * A channel as a peer offers it.
 *
 * @param peer who
 * @param next the message that the offer called its next
 * @param timing whether the reader was there when the offer came: then it begins with that message
 */
public record SenderOffer(Outlet.PeerRun peer, Position next, Timing timing) {
    /** Which was first. */
    public enum Timing {
        READER_FIRST,
        OFFER_FIRST
    }
}
