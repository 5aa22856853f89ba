package io.parley.core.internal.kryo;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the value of a field is written. The codes stand in tags: they are part of the layout. */
enum FieldKind {
    BOOLEAN(0, boolean.class, 1),
    BYTE(1, byte.class, 1),
    SHORT(2, short.class, 2),
    CHAR(3, char.class, 2),
    INT(4, int.class, 4),
    LONG(5, long.class, 8),
    FLOAT(6, float.class, 4),
    DOUBLE(7, double.class, 8),
    STRING(8, String.class, -1),
    /** Everything else: its length in four bytes, its class, itself. */
    OBJECT(9, Object.class, -1);

    private final int code;
    private final Class<?> type;
    private final int size;

    FieldKind(int code, Class<?> type, int size) {
        this.code = code;
        this.type = type;
        this.size = size;
    }

    static FieldKind of(Class<?> type) {
        Optional<FieldKind> exact =
                Arrays.stream(values()).filter(kind -> kind.type == type).findFirst();
        return exact.orElse(OBJECT);
    }

    /** The kind of this code; null when there is none. */
    static @Nullable FieldKind coded(int code) {
        return Arrays.stream(values())
                .filter(kind -> kind.code == code)
                .findFirst()
                .orElse(null);
    }

    int code() {
        return code;
    }

    /** In bytes, or -1 when it is not always the same. */
    int size() {
        return size;
    }
}
