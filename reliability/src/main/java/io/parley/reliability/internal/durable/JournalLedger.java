package io.parley.reliability.internal.durable;

import io.parley.core.channel.Flush;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.Storage;
import io.parley.reliability.internal.journal.JournalLog;
import io.parley.reliability.internal.journal.Recovery;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A ledger on disk: a log whose records hold entries, see {@link LedgerEntry}. When it has grown to twice what it says, all of
 * that is written anew at its end, and what came before is let go of.
 *
 * <pre>
 *   [ entries ........ ][ all that still counts ][ entries ... ]
 *     let go of, once ──▶ this was forced
 * </pre>
 */
final class JournalLedger implements Ledger {
    private static final long CAPACITY = 64L << 20;
    private static final long SMALL = CAPACITY / 8;

    private final JournalLog log;
    private final LedgerWriter writer;
    private final LedgerState state = new LedgerState();

    // any thread, guarded by this
    private List<Entry> pending = new ArrayList<>();
    private long lastNumber;

    private volatile long forced;

    // the thread that commits
    private long written;
    private long compactAt;

    /** Opens one, and reads what is there. On the thread that commits. */
    JournalLedger(Recovery found, long epoch) {
        log = new JournalLog(found, Flush.OS, epoch, CAPACITY);
        writer = new LedgerWriter(log);
        read();
        compactAt = Math.max(SMALL, 2 * log.usedBytes());
    }

    static Recovery recover(Storage storage, String name) {
        return new Recovery(storage, name);
    }

    private void read() {
        LogCursor cursor = new LogCursor(log, log.firstLsn());
        while (cursor.hasNext()) {
            ByteBuffer bytes = Record.view(cursor.segment().buffer());
            int at = cursor.offset();
            bytes.limit(at + Record.length(bytes, at)).position(Record.payload(bytes, at));
            LedgerEntry.read(bytes, state);
            cursor.next();
        }
    }

    @Override
    public void replay(Consumer<Entry> visitor) {
        state.replay(visitor);
    }

    @Override
    public synchronized long append(Entry entry) {
        pending.add(entry);
        return ++lastNumber;
    }

    @Override
    public long forcedUpTo() {
        return forced;
    }

    /** Whether something was appended that is not written. Any thread. */
    synchronized boolean isBehind() {
        return !pending.isEmpty();
    }

    // the thread that commits

    /**
     * Writes what was appended.
     *
     * @param firstLsn of the channel's log: what is said of older messages is forgotten
     */
    void write(long firstLsn) {
        List<Entry> taken;
        synchronized (this) {
            taken = pending;
            pending = new ArrayList<>();
            written = lastNumber;
        }
        for (Entry entry : taken) {
            state.entry(entry);
            writer.entry(entry);
        }
        writer.finish();
        log.commit();
        if (log.usedBytes() > compactAt) {
            compact(firstLsn);
        }
    }

    private void compact(long firstLsn) {
        state.trim(firstLsn);
        long from = log.nextLsn();
        state.write(writer);
        writer.finish();
        log.commit();
        log.force();
        log.trim(from);
        log.tidy();
        compactAt = Math.max(SMALL, 2 * log.usedBytes());
    }

    /** Forces what was written. */
    void force() {
        log.force();
        forced = log.failure() == null ? written : forced;
    }

    @Nullable ParleyException failure() {
        return log.failure();
    }

    void close() {
        log.close();
    }

    static boolean isFull(ParleyException e) {
        return e.code() == ErrorCode.DISK_FULL;
    }
}
