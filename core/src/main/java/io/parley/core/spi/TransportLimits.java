package io.parley.core.spi;

/**
 * What a transport can do.
 *
 * @param maxFrame the largest frame in bytes that it takes, and that it accepts from the other side
 * @param bestFrame the frame size in bytes at which it is fastest when there is much to send
 * @param signalsWritable whether it tells {@link TransportListener#writable} after {@link Sent#FULL}; when it does not, the
 *     loop tries again on a timed turn
 */
public record TransportLimits(int maxFrame, int bestFrame, Writable signalsWritable) {
    /** Whether a full link is heard of. */
    public enum Writable {
        SIGNALLED,
        POLLED
    }
}
