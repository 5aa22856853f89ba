package io.parley.transport.plain;

import io.parley.core.Offer;
import io.parley.transport.internal.plain.NativeSocket;
import java.util.ArrayList;
import java.util.List;

/** A native ROUTER: knows each connection by its routing id, and sends to the one that is named. */
public final class PlainRouter extends PlainSocket {
    private final PlainSettings settings;

    PlainRouter(NativeSocket socket, PlainSettings settings) {
        super(socket, () -> {});
        this.settings = settings;
    }

    /**
     * Sends these frames as one message. Waits while the queue is full, at most for the socket's {@code sendTimeout}. When there
     * is no such connection (any more) the message is dropped, and counted.
     *
     * @throws io.parley.core.error.ParleyException LOG_FULL, NOT_CONNECTED, MESSAGE_TOO_LARGE, CLOSED, INTERRUPTED
     */
    public void send(RoutingId to, List<byte[]> frames) {
        socket().send(addressed(to, frames), settings.sendTimeout());
    }

    /** As {@link #send}, if there is room; never waits. */
    public Offer offer(RoutingId to, List<byte[]> frames) {
        return socket().offer(addressed(to, frames));
    }

    private static List<byte[]> addressed(RoutingId to, List<byte[]> frames) {
        List<byte[]> all = new ArrayList<>(frames.size() + 1);
        all.add(to.bytes());
        all.addAll(frames);
        return all;
    }

    /** What a program does with a message of a ROUTER; as {@link PlainHandler} otherwise. */
    @FunctionalInterface
    public interface Handler {
        /** Handles one message. */
        void handle(RoutingId from, List<byte[]> frames) throws Exception;
    }
}
