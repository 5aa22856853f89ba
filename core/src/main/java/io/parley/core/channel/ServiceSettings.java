package io.parley.core.channel;

import java.time.Duration;

/**
 * Everything about a service but its codecs.
 *
 * @param id its name
 * @param deadline how long a request waits for its reply when nothing else is said
 * @param repeat whether a request may run more than once
 * @param maxOutstanding how many requests of one requester may wait for their replies
 */
public record ServiceSettings(ChannelId id, Duration deadline, Repeat repeat, int maxOutstanding) {
    /** Whether a request may run more than once. */
    public enum Repeat {
        /** A request is sent again only when it certainly did not begin. */
        NEVER,
        /** A request is also sent to another replier when the one that was asked is lost. */
        WHEN_LOST
    }
}
