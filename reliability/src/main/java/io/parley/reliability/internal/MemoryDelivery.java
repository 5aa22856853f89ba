package io.parley.reliability.internal;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.TopicInbox;
import io.parley.core.spi.Workers;
import io.parley.reliability.internal.protocol.Origin;
import io.parley.reliability.internal.protocol.QueueMember;
import io.parley.reliability.internal.protocol.QueueOutlet;
import io.parley.reliability.internal.protocol.TopicInlet;
import io.parley.reliability.internal.protocol.TopicOutlet;

/** RELIABLE channels over logs in memory. */
public final class MemoryDelivery implements Delivery {
    private final DeliveryContext context;

    /** The RELIABLE channels of a node. */
    public MemoryDelivery(DeliveryContext context) {
        this.context = context;
    }

    @Override
    public boolean serves(Kind kind, Mode mode) {
        return mode == Mode.RELIABLE && (kind == Kind.TOPIC || kind == Kind.QUEUE);
    }

    /** What a reader keeps of a DURABLE channel is in memory: the sender's journal has the rest. */
    @Override
    public boolean reads(Kind kind, Mode mode) {
        return mode == Mode.DURABLE && serves(kind, Mode.RELIABLE) || serves(kind, mode);
    }

    @Override
    public Log openLog(ChannelSettings settings, LogListener listener) {
        return context.rings().ring(settings.capacity());
    }

    @Override
    public Outlet outlet(ChannelSettings settings, Log log, OutletListener listener) {
        Origin origin = new Origin(context.run().epoch(), context.entropy(), null, 0);
        return settings.id().kind() == Kind.QUEUE
                ? new QueueOutlet(settings, log, listener, origin)
                : new TopicOutlet(settings, log, listener, origin);
    }

    @Override
    public Inlet topicInlet(ReaderSettings settings, TopicInbox inbox, InletListener listener) {
        return new TopicInlet(settings, inbox);
    }

    @Override
    public QueueInlet queueInlet(ReaderSettings settings, Workers workers, InletListener listener) {
        return new QueueMember(settings, workers, listener);
    }
}
