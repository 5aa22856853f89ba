package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import org.jspecify.annotations.Nullable;

/** Classes by their numbers alone: a name that comes over the wire loads nothing. */
final class RegisteredClasses extends DefaultClassResolver {
    /** What is written as one of its kind: {@code List.of(…)} as a list. */
    @Override
    @SuppressWarnings("rawtypes") // as it is declared in Kryo
    public @Nullable Registration getRegistration(Class type) {
        Registration exact = super.getRegistration(type);
        if (exact != null) {
            return exact;
        }
        Class<?> family = JdkTypes.family(type);
        return family == null ? null : super.getRegistration(family);
    }

    @Override
    protected Registration readName(Input in) {
        throw new IllegalArgumentException("it names a class instead of its number");
    }
}
