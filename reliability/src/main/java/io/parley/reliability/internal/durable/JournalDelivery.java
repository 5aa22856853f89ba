package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import io.parley.core.spi.DeadRecords;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.ReaderJournal;
import io.parley.reliability.internal.protocol.AcknowledgedDelivery;
import io.parley.reliability.internal.protocol.DeadLetterBox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DURABLE channels over logs and ledgers in a data directory. */
final class JournalDelivery extends AcknowledgedDelivery {
    private final DataDirectory directory;

    JournalDelivery(DataDirectory directory, DeliveryContext context) {
        super(context);
        this.directory = directory;
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
    protected Ledger ledger(Log log) {
        return ((DurableLog) log).ledger();
    }

    @Override
    protected @Nullable DeadLetterBox deadLetters(Log log) {
        return ((DurableLog) log).deadLetters();
    }

    @Override
    public @Nullable DeadRecords deadRecords(Log log) {
        return ((DurableLog) log).deadRecords();
    }

    @Override
    public List<ChannelSettings> stored() {
        return directory.stored();
    }
}
