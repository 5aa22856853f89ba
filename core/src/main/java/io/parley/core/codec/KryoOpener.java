package io.parley.core.codec;

import java.util.List;

/** How {@link Codec#kryo} finds its implementation in this module. Not for users. */
public interface KryoOpener {
    /**
     * A codec of these classes.
     *
     * @throws io.parley.core.error.ParleyException INVALID_ARGUMENT when one of them cannot travel
     */
    <T> Codec<T> open(Class<T> type, List<Class<?>> others);
}
