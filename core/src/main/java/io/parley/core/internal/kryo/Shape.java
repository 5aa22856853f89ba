package io.parley.core.internal.kryo;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a class travels, and how one is made: the components of a record, else all fields that are not transient. */
final class Shape {
    private static final int MAX_FIELDS = 255;

    private final Constructor<?> constructor;
    private final List<TaggedField> fields;
    private final @Nullable Object[] blank;

    private Shape(Constructor<?> constructor, List<TaggedField> fields) {
        this.constructor = constructor;
        this.fields = List.copyOf(fields);
        blank = fields.stream().map(TaggedField::missing).toArray();
    }

    static Shape of(Class<?> type) {
        List<Field> fields = type.isRecord() ? components(type) : fields(type);
        if (fields.size() > MAX_FIELDS) {
            throw Refusal.of(type, "it has " + fields.size() + " fields, the limit is " + MAX_FIELDS);
        }
        Constructor<?> constructor = constructor(type, fields);
        open(type, constructor);
        fields.forEach(field -> open(type, field));
        List<TaggedField> tagged = fields.stream().map(TaggedField::new).toList();
        refuseSameTag(type, tagged);
        return new Shape(constructor, tagged);
    }

    Constructor<?> constructor() {
        return constructor;
    }

    /** Of a record in the order of its constructor's parameters, else by name. */
    List<TaggedField> fields() {
        return fields;
    }

    /** What each field is before anything came; the caller's to change. */
    @Nullable Object[] blank() {
        return blank.clone();
    }

    private static List<Field> components(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            try {
                fields.add(type.getDeclaredField(component.getName()));
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("a record without the field of its component " + component, e);
            }
        }
        return fields;
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> owner = type; owner != Object.class; owner = owner.getSuperclass()) {
            if (owner.getClassLoader() == null) {
                throw Refusal.of(type, "it extends " + owner.getName() + ", whose fields are the JDK's own");
            }
            Arrays.stream(owner.getDeclaredFields()).filter(Shape::travels).forEach(fields::add);
        }
        fields.sort(Comparator.comparing(Field::getName));
        return fields;
    }

    private static boolean travels(Field field) {
        return !Modifier.isStatic(field.getModifiers())
                && !Modifier.isTransient(field.getModifiers())
                && !field.isSynthetic();
    }

    private static Constructor<?> constructor(Class<?> type, List<Field> fields) {
        Class<?>[] parameters =
                type.isRecord() ? fields.stream().map(Field::getType).toArray(Class<?>[]::new) : new Class<?>[0];
        try {
            return type.getDeclaredConstructor(parameters);
        } catch (NoSuchMethodException e) {
            throw Refusal.of(type, "it has no constructor without arguments: add one, or make it a record", e);
        }
    }

    private static void open(Class<?> type, AccessibleObject member) {
        try {
            member.setAccessible(true);
        } catch (InaccessibleObjectException | SecurityException e) {
            throw Refusal.of(
                    type,
                    "its fields are closed to Parley: write `opens " + type.getPackageName()
                            + " to io.parley.core;` into the module-info of "
                            + type.getModule().getName(),
                    e);
        }
    }

    private static void refuseSameTag(Class<?> type, List<TaggedField> fields) {
        for (TaggedField one : fields) {
            for (TaggedField other : fields) {
                if (one != other && Tag.sameName(one.tag(), other.tag())) {
                    throw Refusal.of(
                            type, one.name() + " and " + other.name() + " have the same tag: rename one of them");
                }
            }
        }
    }
}
