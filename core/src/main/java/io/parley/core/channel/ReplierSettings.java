package io.parley.core.channel;

/**
 * How a replier works.
 *
 * @param service the name of the service
 * @param concurrency the most requests that are worked on at once
 * @param maxWaiting the most requests that wait; beyond it they are refused, and go elsewhere
 * @param thread where the handler runs
 */
public record ReplierSettings(ChannelId service, int concurrency, int maxWaiting, ReaderSettings.HandlerThread thread) {
    /** The most bytes of requests that wait, however many they are. */
    public static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;
}
