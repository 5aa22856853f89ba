package io.parley.core;

import io.parley.core.error.ParleyException;
import org.jspecify.annotations.Nullable;

/**
 * What one of several repliers that were asked answered: either a value or a failure.
 *
 * @param from the replier
 * @param value the reply; null when it failed
 * @param failure why there is none; null when there is one
 * @param <R> the type of the replies
 */
public record Answer<R>(
        Peer from, @Nullable R value, @Nullable ParleyException failure) {}
