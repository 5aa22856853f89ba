package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;

/** Bytes from a stranger as text that may stand in a log: short, and visible ASCII only. */
final class Printable {
    private static final int LIMIT = 64;

    private Printable() {}

    /** Shows the bytes from position to limit, which stay as they are. */
    static String of(ByteBuffer bytes) {
        StringBuilder text = new StringBuilder();
        int end = Math.min(bytes.remaining(), LIMIT);
        for (int i = 0; i < end; i++) {
            char c = (char) (bytes.get(bytes.position() + i) & 0xFF);
            text.append(c >= ' ' && c < 0x7F ? c : '?');
        }
        return bytes.remaining() > LIMIT ? text + "…" : text.toString();
    }
}
