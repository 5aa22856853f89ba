package io.parley.tools.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LineSourceTest {
    @Test
    void shouldReadLinesAsTheyAre() throws IOException {
        LineSource lines = new LineSource(new ByteArrayInputStream("a\n\n\u00ff\r\nlast".getBytes(ISO_8859_1)));
        assertEquals("a", next(lines));
        assertEquals("", next(lines));
        assertEquals("\u00ff\r", next(lines));
        assertEquals("last", next(lines));
        assertNull(lines.next());
        assertNull(lines.next());
    }

    @Test
    void shouldReadLinesOfAnyLengthHoweverTheyArrive() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int[] lengths = random.ints(200, 0, 200_000).toArray();
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = i % 3 == 0 ? lengths[i] : lengths[i] % 100;
            all.write("x".repeat(lengths[i]).getBytes(ISO_8859_1));
            all.write('\n');
        }
        LineSource lines = new LineSource(inPieces(all.toByteArray(), random));
        for (int length : lengths) {
            assertEquals(length, next(lines).length(), "seed " + seed);
        }
        assertNull(lines.next());
    }

    @Test
    void shouldWriteALineInOneCall() {
        int[] calls = new int[1];
        ByteArrayOutputStream written = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                calls[0]++;
                super.write(bytes, from, length);
            }
        };
        new LineSink(written).line("one");
        assertArrayEquals(new byte[] {'o', 'n', 'e', '\n'}, written.toByteArray());
        assertEquals(1, calls[0]);
    }

    private static InputStream inPieces(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, 1 + random.nextInt(5_000)));
            }
        };
    }

    private static String next(LineSource lines) throws IOException {
        byte[] line = lines.next();
        return line == null ? "end" : new String(line, ISO_8859_1);
    }
}
