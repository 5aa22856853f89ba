package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.channel.Channel;
import io.parley.core.log.Log;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.Runtime.Signal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The channels that a node sends on: one handle each, shared by all who ask for it. Any thread. */
final class Senders {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final Engine engine;
    private final Map<ChannelId, SenderHandle<?>> senders = new HashMap<>();
    private final Set<ChannelId> opening = new HashSet<>();
    private final Signal opened;

    Senders(Engine engine) {
        this.engine = engine;
        opened = engine.rim().runtime().newSignal();
    }

    /** No lock is held while the loop is asked: others use the channels that are open meanwhile. */
    <T> SenderHandle<T> open(ChannelSettings settings, Codec<T> codec) {
        SenderHandle<T> known = known(settings, codec);
        while (known == null && !reserve(settings.id())) {
            awaitOpened(settings.id());
            known = known(settings, codec);
        }
        if (known != null) {
            return known;
        }
        try {
            SenderHandle<T> fresh = openSender(settings, codec);
            synchronized (senders) {
                senders.put(settings.id(), fresh);
            }
            return fresh;
        } finally {
            synchronized (senders) {
                opening.remove(settings.id());
            }
            opened.signal();
        }
    }

    private <T> @Nullable SenderHandle<T> known(ChannelSettings settings, Codec<T> codec) {
        synchronized (senders) {
            SenderHandle<?> known = senders.get(settings.id());
            if (known == null || known.channel().closed()) {
                return null;
            }
            if (!known.channel().settings().equals(settings)) {
                throw new ParleyException(
                        ErrorCode.CHANNEL_CONFLICT,
                        settings.id() + " is open on this node with other settings: "
                                + known.channel().settings() + ", asked for " + settings);
            }
            if (known.channel().codec() instanceof StoredCodec != codec instanceof StoredCodec) {
                throw new ParleyException(
                        ErrorCode.CHANNEL_CONFLICT,
                        settings.id()
                                + " is open on this node both with its codec and without: close one of the handles");
            }
            @SuppressWarnings("unchecked") // the settings hold the codec's name and fingerprint, and are equal
            SenderHandle<T> same = (SenderHandle<T>) known;
            return same;
        }
    }

    /** Whether the caller is the one who opens it now. */
    private boolean reserve(ChannelId id) {
        synchronized (senders) {
            boolean taken = opening.contains(id)
                    || senders.containsKey(id) && !senders.get(id).channel().closed();
            if (!taken && senders.size() + opening.size() >= engine.limits().maxChannels()) {
                throw new ParleyException(
                        ErrorCode.TOO_MANY_CHANNELS,
                        senders.size() + " channels are open, maxChannels="
                                + engine.limits().maxChannels() + "; close some, or raise the limit");
            }
            return !taken && opening.add(id);
        }
    }

    private void awaitOpened(ChannelId id) {
        try {
            engine.await(opened, () -> !isOpening(id), PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, "interrupted while another thread opens " + id, e);
        }
    }

    private boolean isOpening(ChannelId id) {
        synchronized (senders) {
            return opening.contains(id);
        }
    }

    private <T> SenderHandle<T> openSender(ChannelSettings settings, Codec<T> codec) {
        Delivery delivery = engine.rim().deliveries().sending(settings.id().kind(), settings.mode());
        ChannelNews news = new ChannelNews(engine, settings.id(), codec);
        Log log = delivery.openLog(settings, news);
        Channel<T> channel = new Channel<>(
                settings, codec, log, engine.intake(), engine.limits().maxReceipts());
        news.channel(channel);
        Outbound outbound = offer(channel, delivery);
        return new SenderHandle<>(engine, outbound, channel, () -> {
            synchronized (senders) {
                senders.values().removeIf(handle -> handle.channel() == channel);
            }
            engine.run(() -> {
                outbound.failReceipts("the channel was closed before it was settled");
                engine.exchange().withdraw(outbound);
            });
        });
    }

    private Outbound offer(Channel<?> channel, Delivery delivery) {
        try {
            return engine.ask(() -> engine.exchange().offer(channel, delivery));
        } catch (RuntimeException e) {
            channel.log().close();
            throw e;
        }
    }
}
