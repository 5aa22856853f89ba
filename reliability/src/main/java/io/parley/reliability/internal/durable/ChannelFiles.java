package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Flush;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Kind;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Damage;
import io.parley.core.log.Segment;
import io.parley.core.spi.DeadRecords;
import io.parley.core.spi.LogListener;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.journal.BackgroundReader;
import io.parley.reliability.internal.journal.JournalLog;
import io.parley.reliability.internal.journal.Recovery;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What one DURABLE channel has in its data directory: a log and a ledger. */
final class ChannelFiles implements Committer.Files, DurableLog.Home {
    /** How long ledger entries gather: what they let others forget can wait, and a force costs as much for one as for many. */
    private static final long LEDGER_PACE = Duration.ofMillis(20).toNanos();

    private static final long RETRY = Duration.ofMillis(250).toNanos();

    private final DataDirectory directory;
    private final ChannelId id;
    private final LogListener listener;
    private final DurableLog log;
    private final JournalLedger ledger;
    private final @Nullable DeadLetterPost deadLetters;
    private final AtomicBoolean told = new AtomicBoolean();

    // the thread that commits
    private long ledgerDue = Long.MAX_VALUE;
    private boolean ledgerFull;
    private boolean closed;

    /** Opens them, and recovers what an earlier run left. On the thread that commits. */
    ChannelFiles(DataDirectory directory, ChannelSettings settings, LogListener listener) {
        this.directory = directory;
        id = settings.id();
        this.listener = listener;
        long epoch = directory.identity().run().epoch();
        Flush flush = directory.flush();
        String name = nameOf(settings.id());
        Recovery records = new Recovery(directory.storage(), directory.budget(), "log-" + name);
        Recovery entries = new Recovery(directory.storage(), directory.budget().insisting(), "ledger-" + name);
        JournalLog journal = new JournalLog(records, flush, epoch, settings.capacity());
        log = new DurableLog(journal, flush, this);
        journal.reading().by(new BackgroundReader(journal, directory.reading(), this::read));
        journal.reading().onDamage(news -> damaged("messages", news));
        ledger = new JournalLedger(entries, epoch, this::touched);
        deadLetters = settings.id().kind() == Kind.QUEUE ? deadLetters(settings, epoch) : null;
        report("messages", records, journal.damages());
        report("entries of the ledger", entries, ledger.damages());
    }

    private DeadLetterPost deadLetters(ChannelSettings settings, long epoch) {
        Recovery found =
                new Recovery(directory.storage(), directory.budget().insisting(), deadLettersOf(settings.id()));
        DeadLetterLog.Limits limits =
                new DeadLetterLog.Limits(settings.capacity(), directory.budget().bytes(), settings.retention());
        DeadLetterLog letters = new DeadLetterLog(found, epoch, limits, listener);
        report("dead letters", found, letters.damages());
        long wallOffset = directory.committer().wallOffset();
        return new DeadLetterPost(letters, listener, this::touched, wallOffset);
    }

    /** What the log of a queue's dead letters is called. */
    static String deadLettersOf(ChannelId queue) {
        return "dead-" + nameOf(queue);
    }

    static String nameOf(ChannelId id) {
        return id.kind().name().toLowerCase(Locale.ROOT) + "-" + id.name();
    }

    /** Something was read that somebody waits for. The thread that reads. */
    private void read(@Nullable Throwable failure) {
        if (failure != null) {
            String what = "reading it failed: " + failure + "; look at the disk";
            log.fail(new ParleyException(ErrorCode.DISK_FAILED, what, failure));
        }
        listener.moved();
    }

    private void report(String what, Recovery found, List<Damage> damages) {
        damaged(what, damages);
        if (found.torn()) {
            listener.happened(Happening.JOURNAL_TORN, 1, what + ": the end that no run had forced was cut");
        }
    }

    /** Whoever reads them finds a hole; of what a queue had there, only this tells. Any thread. */
    private void damaged(String what, List<Damage> damages) {
        long count = 0;
        for (Damage damage : damages) {
            count += damage.toLsn() - damage.fromLsn() + 1;
        }
        if (count > 0) {
            Damage first = damages.get(0);
            String text = what + " cannot be read any more, lsn " + first.fromLsn() + " to " + first.toLsn()
                    + (damages.size() > 1 ? " and others" : "")
                    + "; quarantine/ has their files, or gets them when all else in them is done with";
            listener.happened(Happening.JOURNAL_DAMAGED, count, text);
        }
    }

    ChannelId id() {
        return id;
    }

    DurableLog log() {
        return log;
    }

    /**
     * The first message that somebody may still get, of what an earlier run left; the log's end when there is none. Reads some
     * of it. On the thread that commits.
     */
    long firstWanted() {
        Segment in = log.segment(log.firstLsn());
        for (; in != null; in = in.next()) {
            long endLsn = in.firstLsn() + Segment.count(in.visible());
            for (long lsn = Math.max(in.firstLsn(), log.firstLsn()); lsn < endLsn; lsn++) {
                if (id.kind() != Kind.QUEUE || !ledger.isSettled(new Position(in.epoch(), lsn))) {
                    return lsn;
                }
            }
        }
        return log.nextLsn();
    }

    @Override
    public JournalLedger ledger() {
        return ledger;
    }

    @Override
    public @Nullable DeadLetterPost deadLetters() {
        return deadLetters;
    }

    @Override
    public @Nullable DeadRecords deadRecords() {
        DeadLetterPost post = deadLetters;
        return post == null ? null : new StoredDeadRecords(directory.committer(), this, post);
    }

    @Override
    public LogListener listener() {
        return listener;
    }

    @Override
    public void touched() {
        if (!told.get() && told.compareAndSet(false, true)) {
            directory.committer().wake(this);
        }
    }

    @Override
    public void close() {
        directory.committer().post(() -> directory.close(this));
    }

    // the thread that commits

    @Override
    public long commit(long now) {
        told.set(false); // before looking: who appends from now on tells again
        if (closed) {
            return Long.MAX_VALUE;
        }
        long end = log.endLsn();
        long forced = ledger.forcedUpTo();
        long written = ledger.writtenUpTo();
        long used = log.usedBytes();
        long kept = deadLetters == null ? 0 : deadLetters.keptUpTo();
        long inDirectory = directory.budget().used();
        long again;
        try {
            again = Math.min(log.write(now), Math.min(writeDeadLetters(now), writeLedger(now)));
        } catch (ParleyException e) {
            log.fail(e);
            again = Long.MAX_VALUE;
        } catch (RuntimeException | Error e) {
            log.fail(Committer.unexpected(e.toString(), e));
            again = Long.MAX_VALUE;
        }
        boolean ledgerMoved = forced != ledger.forcedUpTo() || written != ledger.writtenUpTo();
        boolean lettersKept = deadLetters != null && kept != deadLetters.keptUpTo();
        if (ledgerMoved || lettersKept || end != log.endLsn() || used != log.usedBytes() || log.failure() != null) {
            directory.inbox().moved(id);
            listener.moved();
        }
        if (log.lacksRoom() || inDirectory != directory.budget().used()) {
            directory.budgetMoved();
        }
        return again;
    }

    private long writeDeadLetters(long now) {
        return deadLetters == null ? Long.MAX_VALUE : deadLetters.write(now);
    }

    /** Forces all messages that were written. */
    void forceRecords() {
        log.force();
    }

    boolean isClosed() {
        return closed;
    }

    /** Others of the directory need room, or nothing is committed any more: its channel looks at it. */
    void tell() {
        listener.moved();
    }

    /** Nothing is committed any more. */
    void fail(ParleyException why) {
        log.fail(why);
        tell();
    }

    private long writeLedger(long now) {
        if (ledgerDue == Long.MAX_VALUE && ledger.isBehind()) {
            ledgerDue = now + LEDGER_PACE;
        }
        if (now >= ledgerDue) {
            ledgerDue = writeLedger(ledger::force) ? Long.MAX_VALUE : now + RETRY;
        } else if (ledger.isUrgent() && !writeLedger(() -> {})) {
            ledgerDue = now + RETRY;
        }
        return ledgerDue;
    }

    /** Returns false when there was no room. */
    private boolean writeLedger(Runnable andThen) {
        try {
            ledger.write(log.firstLsn());
            andThen.run();
            ledgerFull = false;
            return true;
        } catch (ParleyException e) {
            if (e.code() != ErrorCode.DISK_FULL) {
                throw e;
            }
            if (!ledgerFull) {
                ledgerFull = true;
                listener.happened(Happening.DISK_FULL, 1, "the ledger: " + e.getMessage());
            }
            return false;
        }
    }

    /** Writes and forces what is there, as far as the disk lets it, and closes the files. */
    void closeFiles() {
        if (closed) {
            return;
        }
        closed = true;
        DeadLetterPost post = deadLetters;
        if (post != null) {
            finish(post::finish); // while the messages can be read
            post.close();
        }
        log.closeFiles();
        finish(() -> writeLedger(ledger::force));
        ledger.close();
        listener.moved();
    }

    private void finish(Runnable writing) {
        try {
            writing.run();
        } catch (ParleyException e) {
            log.fail(e); // as after a crash: some work is repeated
        }
    }
}
