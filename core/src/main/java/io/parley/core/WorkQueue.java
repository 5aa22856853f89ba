package io.parley.core;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import java.time.Duration;

/**
 * A work queue: each message is worked on by one worker. RELIABLE unless said otherwise. An immutable constant that both
 * sides share; each method returns a changed copy.
 *
 * @param <T> the type of the values
 */
public final class WorkQueue<T> {
    /** The default limit of a queue's log: 16 MiB. */
    public static final long DEFAULT_CAPACITY = 16L * 1024 * 1024;

    private final Codec<T> codec;
    private final ChannelSettings settings;

    private WorkQueue(Codec<T> codec, ChannelSettings settings) {
        this.codec = codec;
        this.settings = settings;
    }

    /**
     * A queue whose messages are leased to workers, and given to another one when a worker dies.
     *
     * @param name one token of {@code [A-Za-z0-9_-]}
     */
    public static <T> WorkQueue<T> of(String name, Codec<T> codec) {
        ChannelSettings settings = new ChannelSettings(
                new ChannelId(Kind.QUEUE, name),
                Mode.RELIABLE,
                new ChannelSettings.Schema(codec.name(), codec.fingerprint()),
                DEFAULT_CAPACITY,
                Overflow.block(Duration.ofSeconds(60)),
                Laggards.DEFAULT,
                RetryPolicy.DEFAULT,
                ChannelSettings.LEASE);
        return new WorkQueue<>(codec, settings);
    }

    /** Dealt to workers as they have room, and forgotten when written: what a dying worker held is lost. */
    public WorkQueue<T> bestEffort() {
        return with(Mode.BEST_EFFORT, settings.capacity(), settings.overflow(), settings.retry());
    }

    /** Kept in the sender's journal until it is processed. Needs a delivery with a journal. */
    public WorkQueue<T> durable() {
        return with(Mode.DURABLE, settings.capacity(), settings.overflow(), settings.retry());
    }

    /**
     * With another limit for the log.
     *
     * @param bytes at least 256 KiB
     */
    public WorkQueue<T> capacity(long bytes) {
        return with(settings.mode(), Topic.checkCapacity(bytes), settings.overflow(), settings.retry());
    }

    /** With another policy for a full log. */
    public WorkQueue<T> whenFull(Overflow overflow) {
        return with(settings.mode(), settings.capacity(), overflow, settings.retry());
    }

    /** With another policy for messages that fail. The sender's policy is the one that counts. */
    public WorkQueue<T> retry(RetryPolicy retry) {
        return with(settings.mode(), settings.capacity(), settings.overflow(), retry);
    }

    private WorkQueue<T> with(Mode mode, long capacity, Overflow overflow, RetryPolicy retry) {
        ChannelSettings s = settings;
        return new WorkQueue<>(
                codec,
                new ChannelSettings(s.id(), mode, s.schema(), capacity, overflow, s.laggards(), retry, s.lease()));
    }

    /** A member that works on up to so many messages at once. */
    public QueueReader<T> concurrency(int handlers) {
        return QueueReader.of(this).concurrency(handlers);
    }

    /** A member, to be given more settings. */
    public QueueReader<T> reader() {
        return QueueReader.of(this);
    }

    /** The name. */
    public String name() {
        return settings.id().name();
    }

    /** The codec of the values. */
    public Codec<T> codec() {
        return codec;
    }

    /** Everything but the codec. */
    public ChannelSettings settings() {
        return settings;
    }

    @Override
    public String toString() {
        return settings.id() + " (" + settings.mode() + ")";
    }
}
