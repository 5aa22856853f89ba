package io.parley.core.spi;

import org.jspecify.annotations.Nullable;

/**
 * One connection to another process, made by a {@link Transport}. It is up from {@link TransportListener#linkUp} to
 * {@link TransportListener#linkDown}, and is never used again after that. Belongs to the loop thread.
 */
public abstract class Link {
    private @Nullable Object attachment;

    /** For transports. */
    protected Link() {}

    /** The numeric address of the other side, {@code host:port}, for messages and for completing wildcard endpoints. */
    public abstract String remoteAddress();

    /**
     * Says that no frame that comes on this link is of interest any more: it is about to be dropped, and stays only so long that
     * the other side can read why. A transport need not hand up what comes then, and should not take the trouble to cut it
     * into frames. What was sent still goes out, and {@code linkDown} follows as ever. Does nothing by itself.
     */
    public void ignore() {}

    /** What the engine keeps with this link. */
    public final @Nullable Object attachment() {
        return attachment;
    }

    /** Keeps something with this link. For the engine only. */
    public final void attach(@Nullable Object object) {
        attachment = object;
    }
}
