package io.parley.tools.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Writes lines, each with one call to the operating system before the method returns: a line is out, or it is not; never
 * half, nor in a buffer of a process that dies. Thread-safe.
 */
public final class LineSink {
    private final OutputStream out;

    /** Writes to a stream that must not buffer. */
    public LineSink(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a line.
     *
     * @throws UncheckedIOException when nobody reads any more
     */
    public void line(byte[] content) {
        byte[] line = Arrays.copyOf(content, content.length + 1);
        line[content.length] = '\n';
        try {
            synchronized (out) {
                out.write(line);
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("standard output: " + e.getMessage(), e);
        }
    }

    /** Writes a line as UTF-8. */
    public void line(String content) {
        line(content.getBytes(UTF_8));
    }
}
