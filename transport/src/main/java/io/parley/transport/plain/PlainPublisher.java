package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Offer;
import io.parley.core.codec.Codec;
import io.parley.transport.internal.plain.NativeSocket;
import java.time.Duration;
import java.util.List;

/**
 * A native PUB. A message is a frame with the subject and one with the value; SUBs get it whose filter is how the subject
 * begins. What nobody wants is dropped, and so is what a slow subscriber has no room for.
 *
 * @param <T> the type of the values
 */
public final class PlainPublisher<T> extends PlainSender {
    private final Codec<T> codec;

    PlainPublisher(NativeSocket socket, PlainSettings settings, Codec<T> codec) {
        super(socket, settings, () -> {});
        this.codec = codec;
    }

    /**
     * Publishes. Waits as {@link #sendFrames} does.
     *
     * @throws io.parley.core.error.ParleyException as {@link #sendFrames}, and ENCODING_FAILED
     */
    public void send(String subject, T value) {
        sendFrames(List.of(subject.getBytes(UTF_8), encode(codec, value)));
    }

    /** Publishes if there is room; never waits. */
    public Offer offer(String subject, T value) {
        return offerFrames(List.of(subject.getBytes(UTF_8), encode(codec, value)));
    }

    /**
     * Waits until so many connections have subscribed; with CURVE, until there are so many connections.
     *
     * @throws io.parley.core.error.ParleyException TIMEOUT, CLOSED, INTERRUPTED
     */
    public void awaitSubscribers(int count, Duration timeout) {
        socket().await(socket().census()::subscribers, count, timeout, "subscribers");
    }
}
