package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.transport.internal.plain.NativeSocket;

/** A native SUB. It gets what begins with one of its filters; without any it gets nothing. */
public final class PlainSubscriber extends PlainSocket {
    PlainSubscriber(NativeSocket socket) {
        super(socket, () -> {});
    }

    /**
     * Subscribes to subjects that begin with this; the empty text is how all begin. {@code ticks.eur} is also how
     * {@code ticks.europe} begins: end with a dot what is a whole token.
     */
    public PlainSubscriber subscribe(String prefix) {
        socket().subscribe(prefix.getBytes(UTF_8));
        return this;
    }

    /** Takes a subscription back. */
    public PlainSubscriber unsubscribe(String prefix) {
        socket().unsubscribe(prefix.getBytes(UTF_8));
        return this;
    }
}
