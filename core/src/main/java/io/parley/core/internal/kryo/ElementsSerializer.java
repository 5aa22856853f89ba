package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Collection;
import java.util.SortedSet;
import java.util.function.Supplier;

/** Collections: count varint, then each element with its class. */
final class ElementsSerializer extends Serializer<Collection<Object>> {
    private final Supplier<? extends Collection<Object>> empty;

    ElementsSerializer(Supplier<? extends Collection<Object>> empty) {
        this.empty = empty;
    }

    @Override
    public void write(Kryo kryo, Output out, Collection<Object> collection) {
        if (collection instanceof SortedSet<?> sorted && sorted.comparator() != null) {
            throw new IllegalArgumentException("a sorted set with a comparator cannot travel: the comparator is code");
        }
        Object[] elements = collection.toArray(); // as it is now, should somebody change it meanwhile
        out.writeVarInt(elements.length, true);
        for (Object element : elements) {
            kryo.writeClassAndObject(out, element);
        }
    }

    @Override
    public Collection<Object> read(Kryo kryo, Input in, Class<? extends Collection<Object>> ignored) {
        int count = in.readVarInt(true);
        ((BoundedInput) in).need(count, 1);
        Collection<Object> collection = empty.get(); // it grows with what is really there
        for (int i = 0; i < count; i++) {
            collection.add(kryo.readClassAndObject(in));
        }
        return collection;
    }
}
