package io.parley.core.internal.kryo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.serializers.EnumNameSerializer;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one codec. Their ids follow from their names alone, sorted, so that both sides agree however they list
 * them: 80 and 81 for the first class and for arrays of it, 82 and 83 for the second, and so on.
 *
 * <pre>
 *   fingerprint   bits 63..32   CRC-32 of the root's name and the names of all classes: must be the same on both sides
 *                 bits 31..0    CRC-32 of their fields: may differ
 * </pre>
 */
final class Schema {
    static final int MAX_CLASSES = 1_000;

    private final Map<String, Class<?>> classes;
    private final Map<Class<?>, Shape> shapes = new HashMap<>();
    private final long fingerprint;

    private Schema(Class<?> root, Map<String, Class<?>> classes) {
        this.classes = classes;
        for (Class<?> type : classes.values()) {
            if (!type.isEnum() && !type.isArray()) {
                shapes.put(type, Shape.of(type));
            }
        }
        String names = root.getName() + "\n" + String.join("\n", classes.keySet());
        fingerprint = checksum(names) << 32 | checksum(describe());
    }

    static Schema of(Class<?> root, List<Class<?>> others) {
        List<Class<?>> given = new ArrayList<>(others);
        given.add(root);
        Map<String, Class<?>> classes = new TreeMap<>();
        for (Class<?> type : given) {
            if (isRegistered(type)) {
                classes.put(type.getName(), type);
            }
        }
        if (classes.size() > MAX_CLASSES) {
            throw Refusal.of(root, "with it come " + classes.size() + " classes, the limit is " + MAX_CLASSES);
        }
        Schema schema = new Schema(root, classes);
        new DeclaredTypes(classes.values()).check(root, schema.shapes);
        return schema;
    }

    /** Interfaces and abstract classes stand for others, and have no values of their own. */
    private static boolean isRegistered(Class<?> type) {
        if (JdkTypes.contains(type) || type.isEnum() || type.isArray()) {
            return !JdkTypes.contains(type);
        }
        return !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
    }

    long fingerprint() {
        return fingerprint;
    }

    /** Whether what a schema with that fingerprint wrote can be read here. */
    boolean reads(long other) {
        return fingerprint >>> 32 == other >>> 32;
    }

    void register(Kryo kryo) {
        JdkTypes.register(kryo);
        int id = JdkTypes.FIRST_FREE_ID;
        for (Class<?> type : classes.values()) {
            kryo.register(type, serializer(type), id);
            Class<?> array = type.arrayType();
            if (!classes.containsKey(array.getName())) {
                kryo.register(array, new ArraySerializer(type), id + 1);
            }
            id += 2;
        }
    }

    private Serializer<?> serializer(Class<?> type) {
        @Nullable Shape shape = shapes.get(type);
        if (shape != null) {
            return new ObjectSerializer(type, shape);
        }
        return type.isEnum()
                ? new EnumNameSerializer(type.asSubclass(Enum.class))
                : new ArraySerializer(type.getComponentType());
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (Class<?> type : classes.values()) {
            text.append(type.getName()).append('\n');
            Shape shape = shapes.get(type);
            if (shape != null) {
                shape.fields().stream()
                        .map(field -> Integer.toHexString(field.tag()))
                        .sorted()
                        .forEach(tag -> text.append(tag).append('\n'));
            }
        }
        return text.toString();
    }

    private static long checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(UTF_8));
        return crc.getValue();
    }
}
