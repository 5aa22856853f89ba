package io.parley.core.internal.inbox;

import io.parley.core.TopicReader;
import io.parley.core.codec.Codec;
import io.parley.core.spi.InletListener;

/**
 * What reading an inbox needs.
 *
 * @param codec of the values
 * @param callbacks of the user
 * @param listener of the engine, to be called on any thread
 * @param <T> the type of the values
 */
public record Reading<T>(Codec<T> codec, TopicReader.Callbacks<T> callbacks, InletListener listener) {}
