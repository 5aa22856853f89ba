package io.parley.transport.plain;

import io.parley.core.Offer;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.transport.internal.plain.NativeSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replies of a plain replier. Never waits: who asked so much that there is no room gets none, and that is counted. */
final class Answers<R> {
    private final Codec<R> codec;
    private final PlainSettings settings;
    private volatile @Nullable NativeSocket socket;

    Answers(Codec<R> codec, PlainSettings settings) {
        this.codec = codec;
        this.settings = settings;
    }

    /** By way of this socket, which needs its handler before it is there. */
    void through(NativeSocket opened) {
        socket = opened;
    }

    void reply(Envelope envelope, R value) {
        NativeSocket out = socket;
        if (out == null) {
            return;
        }
        try {
            send(out, envelope.reply(PlainSender.encode(codec, value, settings.maxMessage(), out)));
        } catch (ParleyException e) {
            fail(envelope, e);
        }
    }

    void fail(Envelope envelope, Throwable cause) {
        NativeSocket out = socket;
        if (out != null) {
            send(out, envelope.failure(cause));
        }
    }

    private static void send(NativeSocket out, List<byte[]> frames) {
        try {
            if (out.offer(frames) != Offer.ACCEPTED) {
                out.dropped("a reply for which there was no room");
            }
        } catch (ParleyException e) {
            out.failed(e);
        }
    }
}
