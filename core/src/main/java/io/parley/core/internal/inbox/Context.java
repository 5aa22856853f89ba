package io.parley.core.internal.inbox;

import org.jspecify.annotations.Nullable;

/** What a message refers to besides its value: the batch alone, or what it alone carries, which knows the batch. */
interface Context {
    Batch batch();

    @Nullable Options options();
}
