package io.parley.core;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Limits and times of a node.
 *
 * @param linger how long {@code close} may take
 * @param maxPeers the most other nodes
 * @param maxChannels the most channels that this node sends on, and the most services that it answers; a peer may offer as
 *     many of both
 * @param maxReaders the most readers of one channel
 * @param maxHandlerThreads the most threads that run handlers
 * @param maxReceipts the most messages of a channel whose receipt is awaited
 */
public record NodeLimits(
        Duration linger, int maxPeers, int maxChannels, int maxReaders, int maxHandlerThreads, int maxReceipts) {
    /** 2 s, 1,000 peers, 10,000 channels, 1,000 readers a channel, 64 handler threads, 100,000 receipts a channel. */
    public static final NodeLimits DEFAULT = new NodeLimits(Duration.ofSeconds(2), 1_000, 10_000, 1_000, 64, 100_000);

    private static final int OWN_CHANNELS = 8;

    public NodeLimits {
        if (linger.isNegative()) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "linger=" + TimeUnit.MILLISECONDS.convert(linger)
                            + " ms, expected >= 0; use Duration.ZERO to drop unsent messages");
        }
        if (maxPeers < 1 || maxChannels < 1 || maxReaders < 1 || maxHandlerThreads < 1 || maxReceipts < 1) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "maxPeers=" + maxPeers + " maxChannels=" + maxChannels + " maxReaders=" + maxReaders
                            + " maxHandlerThreads=" + maxHandlerThreads + " maxReceipts=" + maxReceipts
                            + ", expected each >= 1");
        }
    }

    /** The most that one peer may offer: channels, services, and a few that the library opens itself. */
    public int mostOffers() {
        return (int) Math.min(Integer.MAX_VALUE, 2L * maxChannels + OWN_CHANNELS);
    }

    /** The same with another linger. */
    public NodeLimits withLinger(Duration newLinger) {
        return new NodeLimits(newLinger, maxPeers, maxChannels, maxReaders, maxHandlerThreads, maxReceipts);
    }
}
