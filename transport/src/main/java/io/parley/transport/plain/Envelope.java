package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A request or reply as REQ and REP write it. Whoever answers sends the head back as it came.
 *
 * <pre>
 * head: routing ids, numbers … | empty | body
 * body of a request and of a reply:   value
 * body of a reply that failed:        empty | text, CODE: what happened
 * </pre>
 *
 * @param head all before the body, the empty frame included
 */
record Envelope(List<byte[]> head, List<byte[]> body) {
    static final byte[] DELIMITER = {};

    private static final int LONGEST_TEXT = 4_096;

    /** Divides a message; the first frames, so many, are none that divide. */
    static Envelope of(List<byte[]> frames, int from) {
        for (int i = from; i < frames.size(); i++) {
            if (frames.get(i).length == 0) {
                return new Envelope(frames.subList(0, i + 1), frames.subList(i + 1, frames.size()));
            }
        }
        throw new ParleyException(
                ErrorCode.DECODING_FAILED,
                "a message of " + frames.size() + " frames without an empty one before its body, as a REQ writes it; a"
                        + " DEALER has to send it");
    }

    /** The value of a body. */
    static byte[] payload(List<byte[]> body) {
        if (body.size() == 1) {
            return body.get(0);
        }
        if (body.size() == 2 && body.get(0).length == 0) {
            throw new ParleyException(
                    ErrorCode.REQUEST_FAILED, "the other side says: " + new String(body.get(1), UTF_8));
        }
        throw new ParleyException(
                ErrorCode.DECODING_FAILED, "a body of " + body.size() + " frames, expected one with the value");
    }

    List<byte[]> reply(byte[] payload) {
        List<byte[]> frames = new ArrayList<>(head);
        frames.add(payload);
        return frames;
    }

    List<byte[]> failure(Throwable cause) {
        String text = cause instanceof ParleyException ? cause.toString() : ErrorCode.REQUEST_FAILED + ": " + cause;
        List<byte[]> frames = new ArrayList<>(head);
        frames.add(DELIMITER);
        frames.add(text.substring(0, Math.min(LONGEST_TEXT, text.length())).getBytes(UTF_8));
        return frames;
    }

    static <T> T decode(Codec<T> codec, byte[] bytes) {
        try {
            return codec.decode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        } catch (RuntimeException e) {
            throw new ParleyException(
                    ErrorCode.DECODING_FAILED,
                    "codec " + codec.name() + " failed on " + bytes.length + " bytes: " + e,
                    e);
        }
    }
}
