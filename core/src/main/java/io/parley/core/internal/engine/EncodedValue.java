package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelId;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.wire.Request;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests and replies as bytes. */
final class EncodedValue {
    private static final int FIRST_GUESS = 256;

    private EncodedValue() {}

    /**
     * Encodes a value.
     *
     * @throws ParleyException MESSAGE_TOO_LARGE above {@link Request#MAX_PAYLOAD}, ENCODING_FAILED
     */
    static <T> ByteBuffer of(Codec<T> codec, T value, ChannelId service) {
        for (int room = FIRST_GUESS; ; room = Math.min(4 * room, Request.MAX_PAYLOAD)) {
            ByteBuffer out = ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
            try {
                codec.encode(value, out);
                return out.flip();
            } catch (BufferOverflowException e) {
                if (room == Request.MAX_PAYLOAD) {
                    throw new ParleyException(
                            ErrorCode.MESSAGE_TOO_LARGE,
                            service + ": the value takes more than " + Request.MAX_PAYLOAD
                                    + " bytes, the limit of one request and of one reply; send less, or in parts",
                            e);
                }
            } catch (RuntimeException e) {
                throw new ParleyException(
                        ErrorCode.ENCODING_FAILED, service + ": codec " + codec.name() + " failed: " + e, e);
            }
        }
    }
}
