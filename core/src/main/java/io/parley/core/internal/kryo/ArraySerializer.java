package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays of references: count varint, then each element with its class. */
final class ArraySerializer extends Serializer<@Nullable Object[]> {
    private final Class<?> element;

    ArraySerializer(Class<?> element) {
        this.element = element;
    }

    @Override
    public void write(Kryo kryo, Output out, @Nullable Object[] array) {
        out.writeVarInt(array.length, true);
        for (Object one : array) {
            kryo.writeClassAndObject(out, one);
        }
    }

    @Override
    public @Nullable Object[] read(Kryo kryo, Input in, Class<? extends @Nullable Object[]> ignored) {
        int count = in.readVarInt(true);
        ((BoundedInput) in).need(count, 1);
        List<@Nullable Object> elements = new ArrayList<>(); // it grows with what is really there
        for (int i = 0; i < count; i++) {
            elements.add(kryo.readClassAndObject(in));
        }
        return elements.toArray((@Nullable Object[]) Array.newInstance(element, 0));
    }
}
