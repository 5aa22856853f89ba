package io.parley.core.internal.kryo;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Tells when a codec is made, not when the first message fails, that a field's type was forgotten. */
final class DeclaredTypes {
    private final Set<Class<?>> registered;

    DeclaredTypes(Collection<Class<?>> registered) {
        this.registered = new HashSet<>(registered);
    }

    void check(Class<?> root, Map<Class<?>, Shape> shapes) {
        if (root.isInterface() && !JdkTypes.isFamily(root) && registered.isEmpty()) {
            throw Refusal.of(root, "name the classes of its values as well");
        }
        for (Shape shape : shapes.values()) {
            shape.fields()
                    .forEach(field -> check(root, field.field(), field.field().getGenericType()));
        }
    }

    private void check(Class<?> root, Field field, Type type) {
        if (type instanceof Class<?> raw) {
            if (!known(raw)) {
                throw Refusal.of(
                        root,
                        field.getDeclaringClass().getSimpleName() + "." + field.getName() + " holds "
                                + raw.getTypeName() + ", which it does not know: " + remedy(root, raw));
            }
        } else if (type instanceof ParameterizedType generic) {
            check(root, field, generic.getRawType());
            for (Type argument : generic.getActualTypeArguments()) {
                check(root, field, argument);
            }
        } else if (type instanceof WildcardType wildcard) {
            Arrays.stream(wildcard.getUpperBounds()).forEach(bound -> check(root, field, bound));
        } else if (type instanceof GenericArrayType array) {
            check(root, field, array.getGenericComponentType());
        }
    }

    /** What stands for others cannot be judged here: its values are when they are written. */
    private boolean known(Class<?> type) {
        if (JdkTypes.contains(type) || registered.contains(type)) {
            return true;
        }
        if (type.isArray()) {
            return registered.contains(type.getComponentType());
        }
        boolean open = type.isInterface() || type == Object.class || Modifier.isAbstract(type.getModifiers());
        return open && !type.isEnum();
    }

    private static String remedy(Class<?> root, Class<?> type) {
        boolean jdk = type.getClassLoader() == null && !type.isArray();
        return jdk
                ? "declare it as an interface such as List, Set or Map, or write a codec of your own"
                : "Codec.kryo(" + root.getSimpleName() + ".class, " + type.getSimpleName() + ".class)";
    }
}
