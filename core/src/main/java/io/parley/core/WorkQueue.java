package io.parley.core;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
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

    /** The most dead letters that are kept of a queue. */
    public static final long MAX_DEAD = 100_000;

    private static final Duration KEEP_DEAD = Duration.ofDays(30);

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
        ChannelSettings settings = ChannelSettings.of(
                new ChannelId(Kind.QUEUE, name),
                Mode.RELIABLE,
                new ChannelSettings.Schema(codec.name(), codec.fingerprint()),
                DEFAULT_CAPACITY);
        return new WorkQueue<>(codec, settings).keepDead(KEEP_DEAD, MAX_DEAD);
    }

    /** Dealt to workers as they have room, and forgotten when written: what a dying worker held is lost. */
    public WorkQueue<T> bestEffort() {
        return with(settings.withMode(Mode.BEST_EFFORT));
    }

    /**
     * Kept in the sender's journal until it is processed. Needs a delivery with a journal. Its log has {@link
     * ChannelSettings#DURABLE_CAPACITY} unless it was given another capacity.
     */
    public WorkQueue<T> durable() {
        return with(settings.durable(DEFAULT_CAPACITY));
    }

    /**
     * With another limit for the log. In memory, messages above 256 KiB have as much room again, and 32 MiB at least; of a
     * DURABLE channel's log one message takes a quarter at most.
     *
     * @param bytes at least 256 KiB
     */
    public WorkQueue<T> capacity(long bytes) {
        return with(settings.withCapacity(bytes));
    }

    /** With another policy for a full log. */
    public WorkQueue<T> whenFull(Overflow overflow) {
        return with(settings.withOverflow(overflow));
    }

    /** With another policy for messages that fail. The sender's policy is the one that counts. */
    public WorkQueue<T> retry(RetryPolicy retry) {
        return with(settings.withRetry(retry));
    }

    /**
     * With another lease: how long a worker holds a message of which it is not heard. Workers renew it by themselves, so it
     * need not be as long as a handler runs. The sender's lease is the one that counts.
     *
     * @param lease 100 ms to one day; 30 s when not given
     */
    public WorkQueue<T> lease(Duration lease) {
        return with(settings.withLease(lease));
    }

    /**
     * How long, and how many, dead letters of a DURABLE queue are kept in its sender's data directory: 30 days when not given,
     * never more than {@link #MAX_DEAD}, nor more than a quarter of the queue's capacity or of the journal's budget. The oldest
     * go first, and the event DEAD_LETTERS_DROPPED says so. The sender's word is the one that counts.
     */
    public WorkQueue<T> keepDead(Duration age, long letters) {
        return with(settings.withRetention(settings.retention().withAge(age).withMessages(letters)));
    }

    private WorkQueue<T> with(ChannelSettings changed) {
        return new WorkQueue<>(codec, changed);
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
