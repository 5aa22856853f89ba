package io.parley.core.internal.kryo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32;

/**
 * What tells one field of a class from the others, whichever fields its other versions have.
 *
 * <pre>
 *   bits 31..8   the upper 24 bits of the CRC-32 of the field's name
 *   bits  7..0   its type: the code of a {@link FieldKind}; of an object 16 + CRC-32 of the class name mod 240
 * </pre>
 */
final class Tag {
    private static final int FIRST_CLASS = 16;
    private static final int CLASSES = 240;

    private Tag() {}

    static int of(String name, Class<?> type) {
        FieldKind kind = FieldKind.of(type);
        int code = kind == FieldKind.OBJECT ? FIRST_CLASS + (int) (checksum(type.getName()) % CLASSES) : kind.code();
        return (int) checksum(name) & 0xFFFF_FF00 | code;
    }

    /** The kind of value behind a tag, known or not. */
    static FieldKind kind(int tag) {
        int code = tag & 0xFF;
        if (code >= FIRST_CLASS) {
            return FieldKind.OBJECT;
        }
        FieldKind kind = FieldKind.coded(code);
        if (kind == null || kind == FieldKind.OBJECT) {
            throw new IllegalArgumentException("a field of type " + code + ", which there is not");
        }
        return kind;
    }

    static boolean sameName(int one, int other) {
        return one >>> 8 == other >>> 8;
    }

    private static long checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(UTF_8));
        return crc.getValue();
    }
}
