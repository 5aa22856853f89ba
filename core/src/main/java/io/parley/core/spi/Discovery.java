package io.parley.core.spi;

import java.util.List;

/**
 * A source of claims about where nodes are. Its claims are never verdicts: a link makes a peer, and only a link ends one.
 *
 * <pre>
 *   opened ──start──▶ hears ──announce──▶ hears, is heard ──withdraw──▶ hears ──close──▶ over
 * </pre>
 *
 * <p>No method waits for a network or for a name server, close included: what takes time is done on threads of the source,
 * which do not keep a JVM alive. All methods may be called by any thread, and after {@link #close} do nothing.
 *
 * <p>Whoever implements this passes {@code DiscoveryContract} of the testkit.
 */
public interface Discovery {
    /** Begins to listen, and asks who is there. Called once. */
    void start(DiscoveryListener listener);

    /** Lets others know of this node from now on, in place of what was announced before. */
    void announce(Announcement announcement);

    /** Lets others know that this node is not there any more. Idempotent. */
    void withdraw();

    /** Asks again who is there, also those that have been heard of. The node calls it from time to time. */
    void refresh();

    /** What is claimed at this moment. */
    List<Claim> snapshot();

    /** Withdraws and ends; returns at once, and is over after at most 2.5 seconds. Idempotent. */
    void close();
}
