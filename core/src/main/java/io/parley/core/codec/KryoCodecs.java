package io.parley.core.codec;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.util.ServiceLoader;

/** Holds what makes codecs over Kryo, which is not loaded before one is wanted. */
final class KryoCodecs {
    static final KryoOpener OPENER = ServiceLoader.load(KryoOpener.class, KryoOpener.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new ParleyException(
                    ErrorCode.INTERNAL, "parley-core is incomplete: it has no " + KryoOpener.class.getName()));

    private KryoCodecs() {}
}
