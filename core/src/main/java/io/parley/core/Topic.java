package io.parley.core;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.Retention;
import io.parley.core.codec.Codec;

/**
 * A topic: every subscriber whose filter matches gets each message. An immutable constant that both sides share; each
 * method returns a changed copy.
 *
 * @param <T> the type of the values
 */
public final class Topic<T> {
    /** The default limit of a topic's log: 4 MiB. */
    public static final long DEFAULT_CAPACITY = 4L * 1024 * 1024;

    private final Codec<T> codec;
    private final ChannelSettings settings;

    private Topic(Codec<T> codec, ChannelSettings settings) {
        this.codec = codec;
        this.settings = settings;
    }

    /**
     * A best effort topic.
     *
     * @param name one token of {@code [A-Za-z0-9_-]}
     */
    public static <T> Topic<T> of(String name, Codec<T> codec) {
        ChannelSettings settings = ChannelSettings.of(
                new ChannelId(Kind.TOPIC, name),
                Mode.BEST_EFFORT,
                new ChannelSettings.Schema(codec.name(), codec.fingerprint()),
                DEFAULT_CAPACITY);
        return new Topic<>(codec, settings.withOverflow(Overflow.dropOldest()));
    }

    /** At least once while the sender lives, nothing twice to the same process. A full log makes senders wait. */
    public Topic<T> reliable() {
        return with(settings.withMode(Mode.RELIABLE).withOverflow(Overflow.block(ChannelSettings.PATIENCE)));
    }

    /**
     * At least once across crashes of either side. Needs a delivery with a journal. Its log has {@link
     * ChannelSettings#DURABLE_CAPACITY} unless it was given another capacity. A full log makes senders wait for readers that
     * are there and go on; it lets go of what others have not read, and tells them.
     */
    public Topic<T> durable() {
        return with(settings.durable(DEFAULT_CAPACITY).withOverflow(Overflow.block(ChannelSettings.PATIENCE)));
    }

    /**
     * With another limit for the log. In memory, messages above 256 KiB have as much room again, and 32 MiB at least; of a
     * DURABLE channel's log one message takes a quarter at most.
     *
     * @param bytes at least 256 KiB
     */
    public Topic<T> capacity(long bytes) {
        return with(settings.withCapacity(bytes));
    }

    /** With another policy for a full log. */
    public Topic<T> whenFull(Overflow overflow) {
        return with(settings.withOverflow(overflow));
    }

    /** With another policy for readers of a RELIABLE or DURABLE topic that hold up the log. */
    public Topic<T> laggards(Laggards laggards) {
        return with(settings.withLaggards(laggards));
    }

    /** How long a DURABLE topic keeps messages; {@link Retention#DEFAULT} when not called. */
    public Topic<T> retention(Retention retention) {
        return with(settings.withRetention(retention));
    }

    /**
     * A DURABLE topic's messages are kept for this reader from the start, and wait for it, though it may not have come yet. It
     * begins with the oldest message that is there when the topic is first opened with it.
     */
    public Topic<T> expect(String reader) {
        return with(settings.withRetention(settings.retention().expecting(reader)));
    }

    private Topic<T> with(ChannelSettings changed) {
        return new Topic<>(codec, changed);
    }

    /** A reader of those messages only whose subject matches: {@code *} is one token, {@code #} at the end the rest. */
    public TopicReader<T> matching(String filter) {
        return TopicReader.of(this).matching(new Filter(filter));
    }

    /** A reader with a name: on a durable topic its place is remembered under it. */
    public TopicReader<T> reader(String name) {
        return TopicReader.of(this).named(name);
    }

    /** A reader of everything, to be given more settings. */
    public TopicReader<T> reader() {
        return TopicReader.of(this);
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
