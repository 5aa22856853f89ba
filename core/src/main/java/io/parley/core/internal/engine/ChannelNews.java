package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.internal.channel.Channel;
import io.parley.core.spi.LogListener;
import org.jspecify.annotations.Nullable;

/** Passes on what a log tells, once there is a channel over it. Any thread. */
final class ChannelNews implements LogListener {
    private final Engine engine;
    private final ChannelId id;
    private final Codec<?> codec;
    private volatile @Nullable Channel<?> channel;

    ChannelNews(Engine engine, ChannelId id, Codec<?> codec) {
        this.engine = engine;
        this.id = id;
        this.codec = codec;
    }

    void channel(Channel<?> opened) {
        channel = opened;
    }

    @Override
    public void moved() {
        Channel<?> of = channel;
        if (of != null) {
            of.journalMoved();
        }
    }

    @Override
    public boolean reads(ChannelSettings.Schema written) {
        return codec.reads(written.codec(), written.fingerprint());
    }

    @Override
    public boolean exclusively(Runnable append) {
        Channel<?> of = channel;
        return of != null && of.exclusively(append);
    }

    @Override
    public void happened(Happening what, long count, String detail) {
        engine.happened(new NodeEvent(what, count, "", id.name(), detail));
    }
}
