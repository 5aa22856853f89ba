package io.parley.core.channel;

import java.time.Duration;

/**
 * What a reader is: a subscription to a topic, or a member that pulls from a queue.
 *
 * @param channel what it reads
 * @param mode what the channel promises
 * @param name a durable reader's name, or one unique in the run
 * @param filter which messages of a topic
 * @param start where it begins at a sender that does not know it
 * @param window the most that may wait for the handler
 * @param retry of messages that a handler of a RELIABLE or DURABLE topic throws at
 * @param work how handlers run
 * @param exhausted what becomes of a message of such a topic when {@code retry} allows no further attempt
 */
public record ReaderSettings(
        ChannelId channel,
        Mode mode,
        String name,
        Filter filter,
        Start start,
        Window window,
        RetryPolicy retry,
        Work work,
        Exhausted exhausted) {
    /** The same under another name. */
    public ReaderSettings named(String newName) {
        return new ReaderSettings(channel, mode, newName, filter, start, window, retry, work, exhausted);
    }

    /** The same with another window. */
    public ReaderSettings windowed(Window newWindow) {
        return new ReaderSettings(channel, mode, name, filter, start, newWindow, retry, work, exhausted);
    }

    /**
     * The most that may wait for the handler.
     *
     * @param messages how many messages
     * @param bytes how many bytes of records
     */
    public record Window(int messages, long bytes) {
        /** 65,536 messages, 1 MiB. Stands for "none was chosen": then it is as large as the transport needs it to be. */
        public static final Window DEFAULT = new Window(64 * 1024, 1024 * 1024);
    }

    /** Where handlers run. */
    public enum HandlerThread {
        /** On the node's handler threads: they may block. */
        POOL,
        /** On the node's loop: they must not block, and cost no hop between threads. */
        LOOP
    }

    /**
     * How handlers run.
     *
     * @param concurrency how many handlers of a member of a queue run at once
     * @param maxHandlerTime how long one of those may run before it is interrupted and the attempt counts as failed
     * @param thread where
     */
    public record Work(int concurrency, Duration maxHandlerTime, HandlerThread thread) {
        /** One at a time, 10 minutes, on the node's handler threads. */
        public static final Work DEFAULT = new Work(1, Duration.ofMinutes(10));

        /** On the node's handler threads. */
        public Work(int concurrency, Duration maxHandlerTime) {
            this(concurrency, maxHandlerTime, HandlerThread.POOL);
        }
    }
}
