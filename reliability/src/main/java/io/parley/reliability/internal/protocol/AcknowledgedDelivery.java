package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.TopicInbox;
import io.parley.core.spi.Workers;

/** What deliveries whose readers acknowledge have in common, wherever their logs are. */
public abstract class AcknowledgedDelivery implements Delivery {
    /** What a sender of this delivery is told of its run, and where it keeps what must outlive it. */
    protected abstract Origin origin(Log log);

    @Override
    public final Outlet outlet(ChannelSettings settings, Log log, OutletListener listener) {
        return settings.id().kind() == Kind.QUEUE
                ? new QueueOutlet(settings, log, listener, origin(log))
                : new TopicOutlet(settings, log, listener, origin(log));
    }

    @Override
    public final Inlet topicInlet(ReaderSettings settings, TopicInbox inbox, InletListener listener) {
        return new TopicInlet(settings, inbox);
    }

    @Override
    public final QueueInlet queueInlet(ReaderSettings settings, Workers workers, InletListener listener) {
        return new QueueMember(settings, workers, listener);
    }
}
