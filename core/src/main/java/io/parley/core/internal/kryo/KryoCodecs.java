package io.parley.core.internal.kryo;

import io.parley.core.codec.Codec;
import io.parley.core.codec.KryoOpener;
import java.util.List;

/** Makes codecs over Kryo. */
public final class KryoCodecs implements KryoOpener {
    @Override
    public <T> Codec<T> open(Class<T> type, List<Class<?>> others) {
        return new KryoCodec<>(type, Schema.of(type, others));
    }
}
