package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.TopicInbox;
import io.parley.core.spi.Workers;
import org.jspecify.annotations.Nullable;

/** What deliveries whose readers acknowledge have in common, wherever their logs are. */
public abstract class AcknowledgedDelivery implements Delivery {
    private final DeliveryContext context;
    private final OwnStarts starts;

    /** A delivery of this node. */
    protected AcknowledgedDelivery(DeliveryContext context) {
        this.context = context;
        starts = new OwnStarts(context.node());
    }

    /** Where a sender keeps what must outlive its run, besides the log; null when it keeps nothing. */
    protected abstract @Nullable Ledger ledger(Log log);

    /** Where a queue keeps what it gave up; null when it does not. */
    protected @Nullable DeadLetterBox deadLetters(Log log) {
        return null;
    }

    @Override
    public final Outlet outlet(ChannelSettings settings, Log log, OutletListener listener) {
        Origin origin = Origin.of(context, ledger(log), deadLetters(log));
        if (settings.id().kind() != Kind.QUEUE) {
            return new TopicOutlet(settings, log, listener, origin);
        }
        starts.sends(settings.id(), origin.ledger());
        return new QueueOutlet(settings, log, listener, origin);
    }

    @Override
    public final Inlet topicInlet(ReaderSettings settings, TopicInbox inbox, InletListener listener) {
        return new TopicInlet(settings, inbox);
    }

    @Override
    public final QueueInlet queueInlet(ReaderSettings settings, Workers workers, InletListener listener) {
        return new QueueMember(settings, workers, listener, starts);
    }
}
