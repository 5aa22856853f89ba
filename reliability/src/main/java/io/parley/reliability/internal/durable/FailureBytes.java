package io.parley.reliability.internal.durable;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.channel.Death;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.time.Instant;

/**
 * How a failure is written, in ledgers and beside dead letters. Little endian; a str is u16 and UTF-8. Source: Parley's own,
 * docs/journal.md.
 *
 * <pre>
 *   at i64 (milliseconds since 1970), kind u8 (0 failed, 1 died), cause str
 * </pre>
 */
final class FailureBytes {
    private FailureBytes() {}

    /** Writes one, of whose cause at most so many bytes are kept. */
    static void write(ByteBuffer out, Death.Failure failure, int mostCause) {
        out.putLong(failure.at().toEpochMilli()).put((byte) (failure.kind() == Death.Failure.Kind.DIED ? 1 : 0));
        text(out, failure.cause(), mostCause);
    }

    /** Reads one. */
    static Death.Failure read(ByteBuffer in) {
        Instant at = Instant.ofEpochMilli(in.getLong());
        Death.Failure.Kind kind = in.get() == 1 ? Death.Failure.Kind.DIED : Death.Failure.Kind.FAILED;
        return new Death.Failure(at, kind, text(in));
    }

    /** Writes as much of a text as takes so many bytes: whole characters. */
    static void text(ByteBuffer out, String text, int most) {
        int at = out.position();
        CharsetEncoder encoder = UTF_8.newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        ByteBuffer room = out.slice(at + 2, most);
        encoder.encode(CharBuffer.wrap(text), room, true);
        out.putShort((short) room.position()).position(at + 2 + room.position());
    }

    /** Reads a text. */
    static String text(ByteBuffer in) {
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }
}
