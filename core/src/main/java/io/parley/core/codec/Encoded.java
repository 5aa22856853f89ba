package io.parley.core.codec;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values as bytes of their own, for what does not go into a log. */
public final class Encoded {
    private static final int FIRST_GUESS = 256;

    private Encoded() {}

    /**
     * Encodes a value. Any thread; does not wait.
     *
     * @param limit the most bytes that it may take
     * @param what it is for, to be named when it fails
     * @return a buffer on the heap that holds the value from its position to its limit
     * @throws ParleyException MESSAGE_TOO_LARGE, ENCODING_FAILED
     */
    public static <T> ByteBuffer of(Codec<T> codec, T value, int limit, Object what) {
        for (int room = Math.min(FIRST_GUESS, limit); ; room = (int) Math.min(4L * room, limit)) {
            ByteBuffer out = ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
            try {
                codec.encode(value, out);
                return out.flip();
            } catch (BufferOverflowException e) {
                if (room == limit) {
                    throw new ParleyException(
                            ErrorCode.MESSAGE_TOO_LARGE,
                            what + ": the value takes more than " + limit
                                    + " bytes, the limit of one message; send less, or in parts",
                            e);
                }
            } catch (RuntimeException e) {
                throw new ParleyException(
                        ErrorCode.ENCODING_FAILED, what + ": codec " + codec.name() + " failed: " + e, e);
            }
        }
    }
}
