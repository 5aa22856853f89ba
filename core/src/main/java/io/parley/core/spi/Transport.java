package io.parley.core.spi;

import io.parley.core.identity.Endpoint;
import java.time.Duration;

/**
 * Connections that carry frames: whole, in order, each at most once, as long as a link is up. It belongs to one node, and
 * to that node's loop: every method but {@link #wakeUp} is called by one thread at a time, the one that runs the loop's
 * turn. No method but {@link #poll} and {@link #close} waits.
 *
 * <p>A frame given to {@link #send} is on its way at the latest when the next {@link #poll} begins; a transport may gather
 * small ones until then. When a link answered FULL, a transport that signals tells {@code writable}; with another the loop
 * tries again after a millisecond.
 *
 * <p>Whoever implements this passes {@code TransportContract} of the testkit.
 */
public interface Transport {
    /** What this transport can do. Constant. */
    TransportLimits limits();

    /**
     * Listens.
     *
     * @param endpoint may hold a wildcard host and port 0
     * @return the endpoint with the port that was chosen
     * @throws io.parley.core.error.ParleyException ADDRESS_IN_USE, ADDRESS_UNUSABLE
     */
    Endpoint bind(Endpoint endpoint);

    /**
     * Begins to connect; numeric hosts only. Exactly one of {@code linkUp} and {@code dialFailed} follows within the connect
     * deadline of two seconds, unless {@link #hangUp} or {@link #close} come first. A transport never dials again by itself.
     */
    void dial(Endpoint endpoint);

    /** Gives up a dial that was not answered yet; no event follows. */
    void hangUp(Endpoint endpoint);

    /** Offers a frame. */
    Sent send(Link link, OutFrame frame);

    /** Closes a connection; what was taken and not yet written may be lost. {@code linkDown} follows. */
    void drop(Link link);

    /**
     * Tells the listener what happened; when nothing has, waits for something to happen, for {@link #wakeUp}, or until the
     * time is over.
     *
     * @param maxNanos the longest wait; 0 does not wait at all
     */
    void poll(long maxNanos, TransportListener listener);

    /** Ends the wait of a {@link #poll}, or the next one at once. Any thread, never waits, cheap when repeated. */
    void wakeUp();

    /** Writes what was taken, for at most the linger, and closes everything. Nothing is told any more. Idempotent. */
    void close(Duration linger);
}
