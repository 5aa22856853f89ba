package io.parley.core;

import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a topic is read: which messages, from where, with how much room. Immutable; each method returns a changed copy.
 *
 * @param <T> the type of the values
 */
public final class TopicReader<T> {
    private final Topic<T> topic;
    private final ReaderSettings settings;
    private final Callbacks<T> callbacks;
    private final @Nullable DedupStore store;

    private TopicReader(Topic<T> topic, ReaderSettings settings, Callbacks<T> callbacks, @Nullable DedupStore store) {
        this.topic = topic;
        this.settings = settings;
        this.callbacks = callbacks;
        this.store = store;
    }

    /**
     * What a subscription tells beside messages.
     *
     * @param onMissed hears of messages that will not come, in their place
     * @param onParked gets messages that the handler could not take
     * @param <T> the type of the values
     */
    public record Callbacks<T>(Consumer<MissedMessages> onMissed, Consumer<DeadLetter<T>> onParked) {}

    static <T> TopicReader<T> of(Topic<T> topic) {
        ReaderSettings settings = new ReaderSettings(
                topic.settings().id(),
                topic.settings().mode(),
                "",
                Filter.ALL,
                Start.NEW,
                Window.DEFAULT,
                RetryPolicy.DEFAULT,
                ReaderSettings.Work.DEFAULT,
                Exhausted.PARK);
        return new TopicReader<>(topic, settings, new Callbacks<>(missed -> {}, parked -> {}), null);
    }

    TopicReader<T> named(String name) {
        io.parley.core.channel.ChannelId.checkName(name);
        return with(name, settings.filter(), settings.start(), settings.window());
    }

    TopicReader<T> matching(Filter filter) {
        return with(settings.name(), filter, settings.start(), settings.window());
    }

    /** Only messages whose subject matches, see {@link Topic#matching}. */
    public TopicReader<T> matching(String filter) {
        return matching(new Filter(filter));
    }

    /** Where to begin at a sender that does not know this reader. */
    public TopicReader<T> from(Start start) {
        return with(settings.name(), settings.filter(), start, settings.window());
    }

    /** How much may wait for the handler. */
    public TopicReader<T> window(Window window) {
        return with(settings.name(), settings.filter(), settings.start(), window);
    }

    /** Hears of messages that will not come, in their place among those that come; on the handler's thread. */
    public TopicReader<T> onMissed(Consumer<MissedMessages> listener) {
        return new TopicReader<>(topic, settings, new Callbacks<>(listener, callbacks.onParked()), store);
    }

    /** Gets the messages of a RELIABLE or DURABLE topic that the handler could not take; on the handler's thread. */
    public TopicReader<T> onParked(Consumer<DeadLetter<T>> listener) {
        return new TopicReader<>(topic, settings, new Callbacks<>(callbacks.onMissed(), listener), store);
    }

    /** How often, and after which pauses, a message that the handler throws at is tried again before it is parked. */
    public TopicReader<T> retry(RetryPolicy retry) {
        return with(retry, settings.exhausted());
    }

    /**
     * What to do about a message that the handler threw at in every attempt; {@link Exhausted#PARK} unless said otherwise.
     * Has no effect on a BEST_EFFORT topic, which tries nothing again.
     */
    public TopicReader<T> exhausted(Exhausted exhausted) {
        return with(settings.retry(), exhausted);
    }

    private TopicReader<T> with(RetryPolicy retry, Exhausted exhausted) {
        ReaderSettings s = settings;
        ReaderSettings changed = new ReaderSettings(
                s.channel(), s.mode(), s.name(), s.filter(), s.start(), s.window(), retry, s.work(), exhausted);
        return new TopicReader<>(topic, changed, callbacks, store);
    }

    /**
     * The handler keeps what it has executed itself: what this store knows does not come to it.
     *
     * @throws io.parley.core.error.ParleyException INVALID_ARGUMENT when the topic is not DURABLE: an id of another one means
     *     nothing beyond the run of its sender
     */
    public TopicReader<T> dedup(DedupStore executed) {
        if (settings.mode() != Mode.DURABLE) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    settings.channel() + " is " + settings.mode() + ": dedup(...) needs a topic that is durable()");
        }
        return new TopicReader<>(topic, settings, callbacks, executed);
    }

    /**
     * Runs the handler on the node's loop thread instead of a handler thread: it saves a hop between threads, some 35 µs of a
     * round trip. The handler must not block, not even for a lock that is held for long: while it runs, the node neither sends
     * nor receives, and after some seconds its peers take it for lost. A send that would have to wait for room fails at once
     * with LOG_FULL. Without effect on a {@link Receiver}.
     */
    public TopicReader<T> onLoop() {
        ReaderSettings s = settings;
        ReaderSettings.Work work = new ReaderSettings.Work(
                s.work().concurrency(), s.work().maxHandlerTime(), ReaderSettings.HandlerThread.LOOP);
        return new TopicReader<>(
                topic,
                new ReaderSettings(
                        s.channel(),
                        s.mode(),
                        s.name(),
                        s.filter(),
                        s.start(),
                        s.window(),
                        s.retry(),
                        work,
                        s.exhausted()),
                callbacks,
                store);
    }

    private TopicReader<T> with(String name, Filter filter, Start start, Window window) {
        ReaderSettings s = settings;
        ReaderSettings changed = new ReaderSettings(
                s.channel(), s.mode(), name, filter, start, window, s.retry(), s.work(), s.exhausted());
        return new TopicReader<>(topic, changed, callbacks, store);
    }

    /** What it reads. */
    public Topic<T> topic() {
        return topic;
    }

    /** How. */
    public ReaderSettings settings() {
        return settings;
    }

    /** Who knows what was executed; null when the handler does not keep that. */
    public @Nullable DedupStore store() {
        return store;
    }

    /** Whom it tells. */
    public Callbacks<T> callbacks() {
        return callbacks;
    }
}
