package io.parley.core;

import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Filter;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.channel.ReaderSettings.Work;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a node pulls from a queue. Immutable; each method returns a changed copy.
 *
 * @param <T> the type of the values
 */
public final class QueueReader<T> {
    /** The most handlers at once. */
    public static final int MAX_CONCURRENCY = 1_024;

    private final WorkQueue<T> queue;
    private final ReaderSettings settings;
    private final Consumer<MissedMessages> missed;

    private QueueReader(WorkQueue<T> queue, ReaderSettings settings, Consumer<MissedMessages> missed) {
        this.queue = queue;
        this.settings = settings;
        this.missed = missed;
    }

    static <T> QueueReader<T> of(WorkQueue<T> queue) {
        ReaderSettings settings = new ReaderSettings(
                queue.settings().id(),
                queue.settings().mode(),
                "",
                Filter.ALL,
                Start.NEW,
                Window.DEFAULT,
                RetryPolicy.DEFAULT,
                Work.DEFAULT,
                Exhausted.PARK);
        return new QueueReader<>(queue, settings, gap -> {});
    }

    /** Works on up to so many messages at once, each on a thread of its own. */
    public QueueReader<T> concurrency(int handlers) {
        if (handlers < 1 || handlers > MAX_CONCURRENCY) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "concurrency=" + handlers + ", expected 1 to " + MAX_CONCURRENCY);
        }
        return with(
                settings.window(),
                new Work(
                        handlers,
                        settings.work().maxHandlerTime(),
                        settings.work().thread()));
    }

    /** How long a handler may run before it is interrupted and the attempt counts as failed. */
    public QueueReader<T> maxHandlerTime(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "maxHandlerTime=" + time + ", expected > 0");
        }
        return with(
                settings.window(),
                new Work(settings.work().concurrency(), time, settings.work().thread()));
    }

    /**
     * Runs the handler on the node's loop thread instead of a handler thread, one at a time: it saves a hop between threads,
     * some 35 µs of a round trip. The handler must not block, not even for a lock that is held for long: while it runs, the
     * node neither sends nor receives, and after some seconds its peers take it for lost. A send that would have to wait for
     * room fails at once with LOG_FULL. {@link #maxHandlerTime} cannot interrupt it.
     */
    public QueueReader<T> onLoop() {
        return with(
                settings.window(),
                new Work(
                        settings.work().concurrency(),
                        settings.work().maxHandlerTime(),
                        ReaderSettings.HandlerThread.LOOP));
    }

    /** The most that may wait here; how much of it is used adapts to how fast the handler is. */
    public QueueReader<T> window(Window window) {
        return with(window, settings.work());
    }

    /**
     * Hears of messages that no worker will get: they expired, were dropped, or died with their sender. Best effort queues
     * only, where one worker hears of each; on the others the sender is told. Called like the handler, in its place.
     */
    public QueueReader<T> onMissed(Consumer<MissedMessages> listener) {
        return new QueueReader<>(queue, settings, listener);
    }

    private QueueReader<T> with(Window window, Work work) {
        ReaderSettings s = settings;
        ReaderSettings changed = new ReaderSettings(
                s.channel(), s.mode(), s.name(), s.filter(), s.start(), window, s.retry(), work, s.exhausted());
        return new QueueReader<>(queue, changed, missed);
    }

    /** What it pulls from. */
    public WorkQueue<T> queue() {
        return queue;
    }

    /** Who hears of messages that no worker will get. */
    public Consumer<MissedMessages> missed() {
        return missed;
    }

    /** How. */
    public ReaderSettings settings() {
        return settings;
    }
}
