package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.ChannelSettings.Schema;
import io.parley.core.channel.Flush;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Identity;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.Storage;
import io.parley.reliability.internal.journal.DiskBudget;
import io.parley.reliability.internal.journal.Recovery;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A data directory that a node has opened: its lock, its identity, the thread that commits, the files of its channels. */
public final class DataDirectory implements DeliveryProvider.Opening {
    private static final String INBOX = "inbox";
    private static final long GIVE_UP = Duration.ofSeconds(2).toNanos();

    private final Settings settings;
    private final DiskBudget budget;
    private final Committer committer;
    private final ReadingThread reading;
    private final Identity identity;
    private final Storage storage;
    private final Inbox inbox;
    private volatile Clock clock;
    private final Map<ChannelId, ChannelFiles> open = new LinkedHashMap<>();

    /**
     * What its user chose.
     *
     * @param flush when to force
     * @param budget how many bytes its journals may have together
     */
    public record Settings(Flush flush, long budget) {}

    private record Entered(Storage storage, Identity identity) {}

    /**
     * Opens a directory, and begins a run of its node there.
     *
     * @param opens the directory, on the thread that commits
     * @param holder how others are told who has it
     */
    public DataDirectory(Supplier<Storage> opens, Settings settings, DeliveryProvider.Ground ground, String holder) {
        this.settings = settings;
        clock = ground.runtime().clock();
        budget = new DiskBudget(settings.budget);
        committer = new Committer(ground.runtime(), "parley-" + ground.name() + "-journal", this::fail);
        reading = new ReadingThread(ground.runtime(), "parley-" + ground.name() + "-journal-reader");
        try {
            Entered entered = committer.ask(() -> enter(opens.get(), ground, holder));
            storage = entered.storage;
            identity = entered.identity;
            inbox = committer.ask(this::openInbox);
        } catch (RuntimeException e) {
            committer.close(GIVE_UP);
            throw e;
        }
    }

    private static Entered enter(Storage storage, DeliveryProvider.Ground ground, String holder) {
        storage.lock(holder);
        try {
            return new Entered(
                    storage, NodeFile.nextRun(storage, ground.runtime().entropy()));
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    /** Opened with the directory: what transactions of an earlier run sent goes to whichever channel is opened. */
    private Inbox openInbox() {
        try {
            return new Inbox(
                    this,
                    new Recovery(storage, budget.insisting(), INBOX),
                    identity.run().epoch());
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public Delivery delivery(DeliveryContext context) {
        clock = context.clock();
        return new JournalDelivery(this, context);
    }

    Flush flush() {
        return settings.flush;
    }

    /** What all of its journals may have together. */
    DiskBudget budget() {
        return budget;
    }

    Storage storage() {
        return storage;
    }

    Clock clock() {
        return clock;
    }

    Inbox inbox() {
        return inbox;
    }

    Committer committer() {
        return committer;
    }

    /** Reads what nobody read lately. */
    ReadingThread reading() {
        return reading;
    }

    /** Opens the files of a channel. Any thread; waits. */
    DurableLog openLog(ChannelSettings settings, LogListener listener) {
        return committer.ask(() -> {
            ChannelFiles before = open.get(settings.id());
            if (before != null) {
                close(before); // its channel is closed, and word of that is on its way here
            }
            ChannelFiles files = new ChannelFiles(this, settings, listener);
            try {
                keep(settings, files, listener);
            } catch (RuntimeException e) {
                files.closeFiles();
                throw e;
            }
            open.put(settings.id(), files);
            inbox.opened(settings.id(), files);
            return files.log();
        });
    }

    /** Keeps with what a channel is opened, before anything is appended to it; not when that does not read what waits in it. */
    private void keep(ChannelSettings settings, ChannelFiles files, LogListener listener) {
        ChannelFile.Kept found = ChannelFile.find(storage, settings.id());
        Schema by = settings.schema();
        Schemas schemas = found == null ? new Schemas(by, List.of()) : found.schemas();
        if (!schemas.before().isEmpty() || !schemas.now().equals(by)) {
            long endLsn = files.log().nextLsn() + inbox.missing(settings.id(), files.log());
            schemas = schemas.reopened(by, files.firstWanted(), endLsn);
        }
        for (Schemas.Past past : schemas.before()) {
            if (!listener.reads(past.schema())) {
                throw unreadable(settings, past.schema());
            }
        }
        ChannelFile.Kept kept = new ChannelFile.Kept(settings, schemas.before());
        if (!kept.equals(found)) {
            ChannelFile.keep(storage, kept);
        }
    }

    private static ParleyException unreadable(ChannelSettings settings, Schema written) {
        return new ParleyException(
                ErrorCode.CODEC_MISMATCH,
                "messages wait in the journal of " + settings.id() + " that were written with " + text(written)
                        + ", which " + text(settings.schema()) + " does not read; they are kept. Open it with a codec"
                        + " that reads them, or serve it without one, until they are through; or give what is new"
                        + " a channel of its own");
    }

    private static String text(Schema schema) {
        return "codec " + schema.codec() + " (schema " + Long.toHexString(schema.fingerprint()) + ")";
    }

    /** Opens what a reader keeps of its own. Any thread; waits. */
    ReaderJournal openReader(ReaderSettings settings, LogListener listener) {
        InboxEntry.Reader reader = new InboxEntry.Reader(settings.channel(), settings.name());
        return committer.ask(() -> inbox.open(reader, listener));
    }

    /** Files were made or given back, or found no room: where little is left, channels look for what may go. The thread that commits. */
    void budgetMoved() {
        if (budget.crowded()) {
            open.values().forEach(ChannelFiles::tell);
        }
    }

    /** The thread that commits cannot go on: whoever waits for it is told, as its last act. */
    private void fail(ParleyException why) {
        Inbox readers = inbox;
        if (readers != null) { // else it broke while the directory was opened
            readers.fail(why);
        }
        open.values().forEach(files -> files.fail(why));
    }

    /** The channels that are here. Any thread; waits. */
    List<ChannelSettings> stored() {
        return committer.ask(() -> ChannelFile.all(storage));
    }

    /** Closes the files of a channel. On the thread that commits. */
    void close(ChannelFiles files) {
        open.values().remove(files);
        committer.forget(files);
        inbox.closing(files.id());
        files.closeFiles();
    }

    @Override
    public void close(long nanos) {
        reading.close(nanos);
        if (committer.isOver()) {
            storage.close(); // nothing is written any more, and others may want the directory
            return;
        }
        committer.post(() -> {
            inbox.finish();
            List.copyOf(open.values()).forEach(this::close);
            inbox.close();
            storage.close();
        });
        committer.close(nanos);
    }
}
