package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Objects and records of users' classes, field by field. Who reads passes over tags that it does not know, and leaves what
 * did not come at its default: so fields may be added and removed while both versions run.
 *
 * <pre>
 *   count u8 | count × ( tag u32 {@link Tag} | value )
 *   value      primitives in their size; text as Kryo writes it; else length u32, class id, and what the class's layout is
 * </pre>
 *
 * A field that is null is left out.
 */
final class ObjectSerializer extends Serializer<Object> {
    private final Class<?> type;
    private final Shape shape;

    ObjectSerializer(Class<?> type, Shape shape) {
        super(false, true);
        this.type = type;
        this.shape = shape;
    }

    @Override
    public void write(Kryo kryo, Output out, Object value) {
        int at = out.position();
        out.writeByte(0);
        int written = 0;
        try {
            for (TaggedField field : shape.fields()) {
                if (field.write(kryo, out, value)) {
                    written++;
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type + " is open, and yet its fields cannot be read", e);
        }
        out.getBuffer()[at] = (byte) written;
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<?> ignored) {
        BoundedInput in = (BoundedInput) input;
        in.makeFields(shape.fields().size());
        @Nullable Object[] values = shape.blank();
        boolean[] came = new boolean[values.length];
        for (int left = in.readByteUnsigned(); left > 0; left--) {
            int tag = in.readInt();
            int index = indexOf(tag);
            if (index < 0) {
                TaggedField.skip(tag, in);
            } else {
                values[index] = shape.fields().get(index).read(kryo, in);
                came[index] = true;
            }
        }
        return make(values, came);
    }

    private int indexOf(int tag) {
        for (int i = 0; i < shape.fields().size(); i++) {
            TaggedField field = shape.fields().get(i);
            if (field.tag() == tag) {
                return i;
            } else if (Tag.sameName(field.tag(), tag)) {
                throw new IllegalArgumentException(field.name() + " is of another type at its sender, expected "
                        + field.field().getType().getTypeName() + ": a field of another type needs another name");
            }
        }
        return -1;
    }

    private Object make(@Nullable Object[] values, boolean[] came) {
        try {
            if (type.isRecord()) {
                return shape.constructor().newInstance(values);
            }
            Object made = shape.constructor().newInstance();
            for (int i = 0; i < values.length; i++) {
                if (came[i]) {
                    shape.fields().get(i).field().set(made, values[i]);
                }
            }
            return made;
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(type.getSimpleName() + " refused its values: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is open, and yet none can be made", e);
        }
    }
}
