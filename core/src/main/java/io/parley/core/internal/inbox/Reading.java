package io.parley.core.internal.inbox;

import io.parley.core.DedupStore;
import io.parley.core.TopicReader;
import io.parley.core.codec.Codec;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.ReaderJournal.Output;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What reading an inbox needs.
 *
 * @param codec of the values
 * @param callbacks of the user
 * @param listener of the engine, to be called on any thread
 * @param effects what the handler leaves, beside having handled
 * @param <T> the type of the values
 */
public record Reading<T>(Codec<T> codec, TopicReader.Callbacks<T> callbacks, InletListener listener, Effects effects) {
    /** Of a handler that leaves nothing. */
    public Reading(Codec<T> codec, TopicReader.Callbacks<T> callbacks, InletListener listener) {
        this(codec, callbacks, listener, new Effects(null, List::of));
    }

    /**
     * What a handler leaves.
     *
     * @param store where the program itself keeps what was executed; null when it does not
     * @param outputs what the run that has just returned wants sent, taken once
     */
    public record Effects(@Nullable DedupStore store, Supplier<List<Output>> outputs) {}
}
