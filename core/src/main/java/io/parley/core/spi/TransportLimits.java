package io.parley.core.spi;

import io.parley.core.channel.ReaderSettings.Window;

/**
 * What a transport can do.
 *
 * @param maxFrame the largest frame in bytes that it takes, and that it accepts from the other side
 * @param bestFrame the frame size in bytes at which it is fastest when there is much to send
 * @param signalsWritable whether it tells {@link TransportListener#writable} after {@link Sent#FULL}; when it does not, the
 *     loop tries again on a timed turn
 * @param polling which threads may run its loop
 * @param window of readers that have chosen none: as much as has to be under way to keep a link busy
 */
public record TransportLimits(int maxFrame, int bestFrame, Writable signalsWritable, Polling polling, Window window) {
    /** A transport that one thread polls, and to which the usual window is enough. */
    public TransportLimits(int maxFrame, int bestFrame, Writable signalsWritable) {
        this(maxFrame, bestFrame, signalsWritable, Polling.ONE_THREAD, Window.DEFAULT);
    }

    /** Which threads may call it, one at a time and each seeing what the one before did. */
    public enum Polling {
        /** The one that polled first, and no other. */
        ONE_THREAD,
        /** Any; an interrupt of such a thread ends nothing but its wait. */
        ANY_THREAD
    }

    /** Whether a full link is heard of. */
    public enum Writable {
        SIGNALLED,
        POLLED
    }
}
