package io.parley.transport.plain;

import io.parley.core.Offer;
import io.parley.core.codec.Codec;
import io.parley.transport.internal.plain.NativeSocket;
import java.util.List;

/**
 * A native PUSH. A message is one frame with the value, dealt to one of the connected PULLs.
 *
 * @param <T> the type of the values
 */
public final class PlainPusher<T> extends PlainSender {
    private final Codec<T> codec;

    PlainPusher(NativeSocket socket, PlainSettings settings, Codec<T> codec) {
        super(socket, settings, () -> {});
        this.codec = codec;
    }

    /**
     * Pushes. Waits as {@link #sendFrames} does.
     *
     * @throws io.parley.core.error.ParleyException as {@link #sendFrames}, and ENCODING_FAILED
     */
    public void send(T value) {
        sendFrames(List.of(encode(codec, value)));
    }

    /** Pushes if there is room; never waits. */
    public Offer offer(T value) {
        return offerFrames(List.of(encode(codec, value)));
    }
}
