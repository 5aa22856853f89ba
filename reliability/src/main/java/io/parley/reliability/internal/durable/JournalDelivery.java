package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.Ledger;
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
import java.util.List;
import java.util.concurrent.TimeUnit;

/** DURABLE channels over logs and ledgers in a data directory. */
final class JournalDelivery implements Delivery {
    private final DataDirectory directory;
    private final DeliveryContext context;

    JournalDelivery(DataDirectory directory, DeliveryContext context) {
        this.directory = directory;
        this.context = context;
    }

    @Override
    public boolean serves(Kind kind, Mode mode) {
        return mode == Mode.DURABLE && (kind == Kind.TOPIC || kind == Kind.QUEUE);
    }

    @Override
    public Log openLog(ChannelSettings settings, LogListener listener) {
        return directory.openLog(settings, listener);
    }

    @Override
    public Outlet outlet(ChannelSettings settings, Log log, OutletListener listener) {
        Ledger ledger = ((DurableLog) log).ledger();
        long wallOffset = context.clock().millis()
                - TimeUnit.NANOSECONDS.toMillis(context.clock().nanos());
        Origin origin = new Origin(context.run().epoch(), context.entropy(), ledger, wallOffset);
        return settings.id().kind() == Kind.QUEUE
                ? new QueueOutlet(settings, log, listener, origin)
                : new TopicOutlet(settings, log, listener, origin);
    }

    @Override
    public List<ChannelSettings> stored() {
        return directory.stored();
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
