package io.parley.transport.plain;

import io.parley.core.Offer;
import io.parley.core.codec.Codec;
import io.parley.core.codec.Encoded;
import io.parley.transport.internal.plain.NativeSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A plain socket that sends, also messages of several frames. The arrays must not be changed afterwards. */
public abstract class PlainSender extends PlainSocket {
    private final PlainSettings settings;

    PlainSender(NativeSocket socket, PlainSettings settings, Runnable onClose) {
        super(socket, onClose);
        this.settings = settings;
    }

    /**
     * Sends these frames as one message. Waits while the queue is full, at most for the socket's {@code sendTimeout}.
     *
     * @throws io.parley.core.error.ParleyException LOG_FULL, NOT_CONNECTED when it is full and there is no connection,
     *     MESSAGE_TOO_LARGE, CLOSED, INTERRUPTED
     */
    public final void sendFrames(List<byte[]> frames) {
        socket().send(List.copyOf(frames), settings.sendTimeout());
    }

    /** Sends these frames as one message if there is room; never waits. */
    public final Offer offerFrames(List<byte[]> frames) {
        return socket().offer(List.copyOf(frames));
    }

    final <T> byte[] encode(Codec<T> codec, T value) {
        return encode(codec, value, settings.maxMessage(), socket());
    }

    static <T> byte[] encode(Codec<T> codec, T value, int limit, NativeSocket socket) {
        ByteBuffer bytes = Encoded.of(codec, value, limit, socket.name());
        return Arrays.copyOfRange(
                bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.arrayOffset() + bytes.limit());
    }
}
