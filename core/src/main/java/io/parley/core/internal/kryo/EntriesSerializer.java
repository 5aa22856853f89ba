package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;

/** Maps: count varint, then key and value of each entry with their classes. */
final class EntriesSerializer extends Serializer<Map<Object, Object>> {
    private final Supplier<? extends Map<Object, Object>> empty;

    EntriesSerializer(Supplier<? extends Map<Object, Object>> empty) {
        this.empty = empty;
    }

    @Override
    public void write(Kryo kryo, Output out, Map<Object, Object> map) {
        if (map instanceof SortedMap<?, ?> sorted && sorted.comparator() != null) {
            throw new IllegalArgumentException("a sorted map with a comparator cannot travel: the comparator is code");
        }
        List<Map.Entry<Object, Object>> entries = new ArrayList<>(map.entrySet());
        out.writeVarInt(entries.size(), true);
        for (Map.Entry<Object, Object> entry : entries) {
            kryo.writeClassAndObject(out, entry.getKey());
            kryo.writeClassAndObject(out, entry.getValue());
        }
    }

    @Override
    public Map<Object, Object> read(Kryo kryo, Input in, Class<? extends Map<Object, Object>> ignored) {
        int count = in.readVarInt(true);
        ((BoundedInput) in).need(count, 2);
        Map<Object, Object> map = empty.get(); // it grows with what is really there
        for (int i = 0; i < count; i++) {
            Object key = kryo.readClassAndObject(in);
            map.put(key, kryo.readClassAndObject(in));
        }
        return map;
    }
}
