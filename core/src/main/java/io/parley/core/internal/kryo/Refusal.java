package io.parley.core.internal.kryo;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import org.jspecify.annotations.Nullable;

/** Why a class cannot travel. */
final class Refusal {
    private Refusal() {}

    static ParleyException of(Class<?> type, String why) {
        return of(type, why, null);
    }

    static ParleyException of(Class<?> type, String why, @Nullable Throwable cause) {
        return new ParleyException(
                ErrorCode.INVALID_ARGUMENT, "Codec.kryo cannot take " + type.getTypeName() + ": " + why, cause);
    }
}
