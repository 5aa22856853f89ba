package io.parley.reliability.internal;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.log.Log;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.LogListener;
import io.parley.reliability.internal.protocol.AcknowledgedDelivery;
import org.jspecify.annotations.Nullable;

/** RELIABLE channels over logs in memory. */
public final class MemoryDelivery extends AcknowledgedDelivery {
    private final DeliveryContext context;

    /** The RELIABLE channels of a node. */
    public MemoryDelivery(DeliveryContext context) {
        super(context);
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
    protected @Nullable Ledger ledger(Log log) {
        return null;
    }
}
