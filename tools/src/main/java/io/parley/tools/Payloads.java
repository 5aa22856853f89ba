package io.parley.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.tools.text.LineSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the messages come from, one at a time. */
@FunctionalInterface
interface Payloads {
    /** The next one, or null at the end. */
    byte @Nullable [] next() throws IOException;

    /** These, over and over. */
    static Payloads repeated(List<byte[]> given, long count) {
        return upTo(count, i -> given.get((int) (i % given.size())));
    }

    /** Numbers from 1, filled up with dots; only their last digits where the size does not do. */
    static Payloads madeUp(int size, long count) {
        return upTo(count, i -> {
            byte[] number = Long.toString(i + 1).getBytes(US_ASCII);
            int skipped = Math.max(0, number.length - size);
            byte[] payload = Arrays.copyOfRange(number, skipped, skipped + size);
            Arrays.fill(payload, Math.min(size, number.length), size, (byte) '.');
            return payload;
        });
    }

    /** The lines of a stream. */
    static Payloads lines(InputStream in, long count) {
        LineSource lines = new LineSource(in);
        return upTo(count, i -> lines.next());
    }

    /**
     * What was given on the command line, over and over, or else the lines of standard input.
     *
     * @param count how many; null for each one once
     */
    static Payloads given(List<String> messages, @Nullable Long count) {
        if (messages.isEmpty()) {
            return lines(System.in, count == null ? Long.MAX_VALUE : count);
        }
        List<byte[]> given = messages.stream().map(text -> text.getBytes(UTF_8)).toList();
        return repeated(given, count == null ? given.size() : count);
    }

    private static Payloads upTo(long count, Indexed source) {
        long[] sent = new long[1];
        return () -> sent[0] == count ? null : source.at(sent[0]++);
    }

    /** Gives the message with a number from 0. */
    @FunctionalInterface
    interface Indexed {
        byte @Nullable [] at(long index) throws IOException;
    }
}
