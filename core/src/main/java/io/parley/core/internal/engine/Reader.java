package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Mode;
import io.parley.core.codec.Codec;
import io.parley.core.spi.Inlet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A reader as the loop knows it: a subscription, a member of a queue, or a node's whole reading of a best effort topic. */
final class Reader {
    private final ChannelId channel;
    private final Mode mode;
    private final String name;
    private final Inlet inlet;
    private final Supplier<List<String>> filters;
    private final Set<ReceiverEntry> sessions = new CopyOnWriteArraySet<>(); // in order
    private final Set<String> refusals = new HashSet<>();
    private final AtomicBoolean progress = new AtomicBoolean();
    private Runnable beforeTurn = () -> {};
    private Codec<?> codec;
    private boolean closing;
    private boolean remembering;

    Reader(Identity identity, Inlet inlet, Codec<?> codec, Supplier<List<String>> filters) {
        this.channel = identity.channel();
        this.mode = identity.mode();
        this.name = identity.name();
        this.inlet = inlet;
        this.codec = codec;
        this.filters = filters;
    }

    /**
     * What it reads, and as whom.
     *
     * @param channel the channel
     * @param mode its mode
     * @param name the reader's
     */
    record Identity(ChannelId channel, Mode mode, String name) {}

    ChannelId channel() {
        return channel;
    }

    Mode mode() {
        return mode;
    }

    String name() {
        return name;
    }

    Inlet inlet() {
        return inlet;
    }

    Codec<?> codec() {
        return codec;
    }

    List<String> filters() {
        return filters.get();
    }

    Set<ReceiverEntry> sessions() {
        return sessions;
    }

    /** How many senders it reads from. Any thread. */
    int sessionCount() {
        return sessions.size();
    }

    void beforeTurn(Runnable action) {
        beforeTurn = action;
    }

    void prepareTurn() {
        progress.set(false);
        beforeTurn.run();
    }

    /** Handlers made progress. Any thread. Returns whether the loop must be told. */
    boolean markProgress() {
        return !progress.get() && progress.compareAndSet(false, true);
    }

    /** Whether this refusal was not told before. */
    boolean firstRefusal(String text) {
        return refusals.size() < 1_000 && refusals.add(text);
    }

    /** It keeps what it executed over its runs. */
    void remembers() {
        remembering = true;
    }

    /** Whether it keeps what it executed over its runs. */
    boolean isRemembering() {
        return remembering;
    }

    boolean closing() {
        return closing;
    }

    void closing(boolean now) {
        closing = now;
    }
}
