package io.parley.tools.text;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads lines as bytes: as they are, whatever their encoding, one at a time. Not thread-safe. */
public final class LineSource {
    /** The longest line. */
    public static final int MAX_LINE = 16 * 1024 * 1024;

    private final InputStream in;
    private byte[] buffer = new byte[64 * 1024];
    private int from;
    private int to;

    public LineSource(InputStream in) {
        this.in = in;
    }

    /**
     * The next line without its line feed, or null at the end. Waits for it. A last line needs no line feed.
     *
     * @throws ParleyException MESSAGE_TOO_LARGE for a line above {@link #MAX_LINE}
     */
    public byte @Nullable [] next() throws IOException {
        int searched = from;
        while (true) {
            for (int i = searched; i < to; i++) {
                if (buffer[i] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, from, i);
                    from = i + 1;
                    return line;
                }
            }
            int pending = to - from;
            makeRoom();
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                byte[] rest = Arrays.copyOfRange(buffer, from, to);
                from = to;
                return pending == 0 ? null : rest;
            }
            to += read;
            searched = from + pending;
        }
    }

    private void makeRoom() {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            if (to > MAX_LINE) {
                throw new ParleyException(
                        ErrorCode.MESSAGE_TOO_LARGE, "a line of more than " + MAX_LINE + " bytes; split it");
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
    }
}
