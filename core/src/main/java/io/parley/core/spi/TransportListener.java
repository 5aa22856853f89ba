package io.parley.core.spi;

import io.parley.core.identity.Endpoint;
import org.jspecify.annotations.Nullable;

/** Hears what happens on a transport. Called by {@link Transport#poll} only, on the thread that polls. */
public interface TransportListener {
    /**
     * A connection is up, and frames can be sent.
     *
     * @param dialled the endpoint as it was given to {@link Transport#dial}, when that made it; null when it was accepted
     */
    void linkUp(Link link, @Nullable Endpoint dialled);

    /** A link that was up is down, for good. Told once, also after {@link Transport#drop}. */
    void linkDown(Link link, String reason);

    /** A dial came to nothing. */
    void dialFailed(Endpoint endpoint, String reason);

    /** A frame. The listener owns one count of it. Its length is within {@link TransportLimits#maxFrame}. */
    void frame(Link link, InFrame frame);

    /** A link that was {@link Sent#FULL} may take a frame again. */
    void writable(Link link);

    /** Something that an operator should know: counted by kind, with no link to blame or before it was one. */
    void trouble(TransportTrouble trouble, String detail);
}
