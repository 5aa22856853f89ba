package io.parley.core.internal.besteffort;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.TopicInbox;
import io.parley.core.spi.Workers;

/** The mode that core itself serves: at most once, every drop counted and told. */
public final class BestEffort implements Delivery {
    private final DeliveryContext context;

    /** The best effort of a node. */
    public BestEffort(DeliveryContext context) {
        this.context = context;
    }

    @Override
    public boolean serves(Kind kind, Mode mode) {
        return mode == Mode.BEST_EFFORT && kind != Kind.SERVICE;
    }

    @Override
    public Log openLog(ChannelSettings settings, LogListener listener) {
        return context.rings().ring(settings.capacity());
    }

    @Override
    public Outlet outlet(ChannelSettings settings, Log log, OutletListener listener) {
        Ring ring = new Ring(log, context.run().epoch(), context.clock());
        return settings.id().kind() == Kind.QUEUE
                ? new QueueDealer(ring, settings.overflow().action(), listener)
                : new TopicOutlet(ring, settings.overflow().action(), listener);
    }

    /**
     * A log in memory and what its readers need to know.
     *
     * @param log the records
     * @param epoch of this run
     * @param clock for expiry
     */
    record Ring(Log log, long epoch, Clock clock) {}

    @Override
    public Inlet topicInlet(ReaderSettings settings, TopicInbox inbox, InletListener listener) {
        throw new IllegalStateException("best effort topics are read by node, see NodeInlet");
    }

    @Override
    public QueueInlet queueInlet(ReaderSettings settings, Workers workers, InletListener listener) {
        throw new IllegalStateException("best effort queues are read frame by frame, see NodeInlet");
    }
}
