package io.parley.core.internal.engine;

import io.parley.core.AsyncRequestHandler;
import io.parley.core.Replier;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.ServiceReplier;
import io.parley.core.channel.ServiceSettings;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.util.HashMap;
import java.util.Map;

/** The handles of a node's services: one requester for each constant, one replier for each name. */
final class ServiceHandles {
    private final Engine engine;
    private final Map<Key, RequesterHandle<?, ?>> requesters = new HashMap<>();

    ServiceHandles(Engine engine) {
        this.engine = engine;
    }

    /** What makes two constants the same. */
    private record Key(ServiceSettings settings, Schema requests, Schema replies) {
        static Key of(Service<?, ?> service) {
            return new Key(service.settings(), Schema.of(service.requestCodec()), Schema.of(service.replyCodec()));
        }
    }

    private record Schema(String codec, long fingerprint) {
        static Schema of(Codec<?> codec) {
            return new Schema(codec.name(), codec.fingerprint());
        }
    }

    /** Any thread. */
    <Q, R> Requester<Q, R> requester(Service<Q, R> service) {
        synchronized (requesters) {
            Key key = Key.of(service);
            RequesterHandle<?, ?> known = requesters.get(key);
            if (known == null) {
                checkRoom();
                known = new RequesterHandle<>(engine, service);
                requesters.put(key, known);
            }
            @SuppressWarnings("unchecked") // the key holds the codecs' names and fingerprints
            Requester<Q, R> same = (Requester<Q, R>) known;
            return same;
        }
    }

    private void checkRoom() {
        if (requesters.size() >= engine.limits().maxChannels()) {
            throw new ParleyException(
                    ErrorCode.TOO_MANY_CHANNELS,
                    requesters.size() + " services are asked, maxChannels="
                            + engine.limits().maxChannels() + "; use constants, or raise the limit");
        }
    }

    /** On the loop. */
    <Q, R> Replier serve(ServiceReplier<Q, R> replier, AsyncRequestHandler<Q, R> handler) {
        String name = replier.service().name();
        if (engine.services().replier(name) != null) {
            throw new ParleyException(
                    ErrorCode.CHANNEL_CONFLICT,
                    replier.service() + " is answered by this node already; close that replier, or give it more"
                            + " concurrency");
        }
        if (engine.services().served() >= engine.limits().maxChannels()) {
            throw new ParleyException(
                    ErrorCode.TOO_MANY_CHANNELS,
                    engine.services().served() + " services are answered, maxChannels="
                            + engine.limits().maxChannels() + "; close some, or raise the limit");
        }
        ReplierHandle<Q, R> handle = new ReplierHandle<>(engine, replier, handler);
        engine.services().serve(handle);
        return handle;
    }
}
