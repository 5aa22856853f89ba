package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.ReaderJournal;
import io.parley.reliability.internal.protocol.AcknowledgedDelivery;
import io.parley.reliability.internal.protocol.Origin;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** DURABLE channels over logs and ledgers in a data directory. */
final class JournalDelivery extends AcknowledgedDelivery {
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
    public @Nullable ReaderJournal readerJournal(ReaderSettings settings, LogListener listener) {
        return serves(settings.channel().kind(), settings.mode()) ? directory.openReader(settings, listener) : null;
    }

    @Override
    protected Origin origin(Log log) {
        Ledger ledger = ((DurableLog) log).ledger();
        long wallOffset = context.clock().millis()
                - TimeUnit.NANOSECONDS.toMillis(context.clock().nanos());
        return new Origin(context.run().epoch(), context.entropy(), ledger, wallOffset);
    }

    @Override
    public List<ChannelSettings> stored() {
        return directory.stored();
    }
}
