package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Field;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One field of a class that travels. */
final class TaggedField {
    private final Field field;
    private final FieldKind kind;
    private final int tag;
    private final @Nullable Object missing;

    TaggedField(Field field) {
        this.field = field;
        kind = FieldKind.of(field.getType());
        tag = Tag.of(field.getName(), field.getType());
        missing = missing(field.getType());
    }

    int tag() {
        return tag;
    }

    String name() {
        return field.getDeclaringClass().getSimpleName() + "." + field.getName();
    }

    Field field() {
        return field;
    }

    /** What a record gets when its sender did not know the field, or had nothing in it. */
    @Nullable Object missing() {
        return missing;
    }

    /** Writes tag and value, but nothing for null; returns whether it wrote. */
    boolean write(Kryo kryo, Output out, Object owner) throws IllegalAccessException {
        if (kind.size() > 0) {
            out.writeInt(tag);
            writePrimitive(out, owner);
            return true;
        }
        Object value = field.get(owner);
        if (value == null) {
            return false;
        }
        out.writeInt(tag);
        if (kind == FieldKind.STRING) {
            out.writeString((String) value);
            return true;
        }
        int at = out.position();
        out.writeInt(0);
        kryo.writeClassAndObject(out, value);
        int end = out.position();
        out.setPosition(at);
        out.writeInt(end - at - Integer.BYTES);
        out.setPosition(end);
        return true;
    }

    private void writePrimitive(Output out, Object owner) throws IllegalAccessException {
        switch (kind) {
            case BOOLEAN -> out.writeBoolean(field.getBoolean(owner));
            case BYTE -> out.writeByte(field.getByte(owner));
            case SHORT -> out.writeShort(field.getShort(owner));
            case CHAR -> out.writeChar(field.getChar(owner));
            case INT -> out.writeInt(field.getInt(owner));
            case LONG -> out.writeLong(field.getLong(owner));
            case FLOAT -> out.writeFloat(field.getFloat(owner));
            case DOUBLE -> out.writeDouble(field.getDouble(owner));
            default -> throw new IllegalStateException(kind + " is no primitive");
        }
    }

    /** Reads a value behind its tag. */
    @Nullable Object read(Kryo kryo, BoundedInput in) {
        return switch (kind) {
            case BOOLEAN -> in.readBoolean();
            case BYTE -> in.readByte();
            case SHORT -> in.readShort();
            case CHAR -> in.readChar();
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> in.readFloat();
            case DOUBLE -> in.readDouble();
            case STRING -> in.readString();
            case OBJECT -> readObject(kryo, in);
        };
    }

    private @Nullable Object readObject(Kryo kryo, BoundedInput in) {
        int outer = in.narrow(in.readInt());
        Object value = kryo.readClassAndObject(in);
        if (in.position() != in.limit()) {
            throw new IllegalArgumentException(
                    name() + " is followed by " + (in.limit() - in.position()) + " bytes too many");
        }
        in.setLimit(outer);
        return value;
    }

    /** Passes over a value that no field here takes. */
    static void skip(int unknown, BoundedInput in) {
        FieldKind kind = Tag.kind(unknown);
        if (kind == FieldKind.STRING) {
            in.readString();
        } else {
            int length = kind == FieldKind.OBJECT ? in.readInt() : kind.size();
            in.need(length, 1);
            in.setPosition(in.position() + length);
        }
    }

    private static @Nullable Object missing(Class<?> type) {
        return switch (FieldKind.of(type)) {
            case BOOLEAN -> false;
            case BYTE -> (byte) 0;
            case SHORT -> (short) 0;
            case CHAR -> (char) 0;
            case INT -> 0;
            case LONG -> 0L;
            case FLOAT -> 0f;
            case DOUBLE -> 0d;
            case STRING -> null;
            case OBJECT -> nothing(type);
        };
    }

    private static @Nullable Object nothing(Class<?> type) {
        if (type == Optional.class) {
            return Optional.empty();
        } else if (type == OptionalInt.class) {
            return OptionalInt.empty();
        } else if (type == OptionalLong.class) {
            return OptionalLong.empty();
        } else if (type == OptionalDouble.class) {
            return OptionalDouble.empty();
        }
        return null;
    }
}
