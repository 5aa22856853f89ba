package io.parley.core.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The bytes of version 1 as files: per line offset, bytes, and after a # what they mean. */
public final class Golden {
    private Golden() {}

    /** The bytes of a file, in the order that the decoders want. */
    public static ByteBuffer read(String name) {
        StringBuilder digits = new StringBuilder();
        text(name).lines().forEach(line -> {
            int comment = line.indexOf('#');
            String fields = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!fields.isEmpty()) {
                int offset = Integer.parseInt(fields.substring(0, 4), 16);
                if (2 * offset != digits.length()) {
                    throw new IllegalStateException(name + ": offset " + offset + " after " + digits.length() / 2);
                }
                digits.append(fields.substring(4).replace(" ", ""));
            }
        });
        byte[] bytes = HexFormat.of().parseHex(digits);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/v1/" + name + ".hex")) {
            if (in == null) {
                throw new IllegalStateException("no golden file " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
