package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/** Arrays of booleans: count varint, then a byte for each. Kryo's own makes the array before it looks for the bytes. */
final class BooleansSerializer extends Serializer<boolean[]> {
    @Override
    public void write(Kryo kryo, Output out, boolean[] array) {
        out.writeVarInt(array.length, true);
        out.writeBooleans(array, 0, array.length);
    }

    @Override
    public boolean[] read(Kryo kryo, Input in, Class<? extends boolean[]> ignored) {
        return in.readBooleans(in.readVarInt(true));
    }
}
