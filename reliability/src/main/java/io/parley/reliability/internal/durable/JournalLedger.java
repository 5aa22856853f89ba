package io.parley.reliability.internal.durable;

import io.parley.core.channel.Flush;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Damage;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.spi.Ledger;
import io.parley.core.wire.Position;
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
    private final Runnable wake;
    private final LedgerState state = new LedgerState();

    // any thread, guarded by this
    private List<Entry> pending = new ArrayList<>();
    private long lastNumber;
    private boolean urgent;

    private volatile long forced;
    private volatile long written;
    private volatile boolean closed;

    // the thread that commits
    private long compactAt;

    /**
     * Opens one, and reads what is there. On the thread that commits.
     *
     * @param wake calls that thread: there is something to write. Does not wait
     */
    JournalLedger(Recovery found, long epoch, Runnable wake) {
        this.wake = wake;
        log = new JournalLog(found, Flush.OS, epoch, CAPACITY);
        writer = new LedgerWriter(log);
        read();
        compactAt = Math.max(SMALL, 2 * log.usedBytes());
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

    /** Whether this message has ended. On the thread that commits. */
    boolean isSettled(Position id) {
        return state.isSettled(id);
    }

    @Override
    public long append(Entry entry) {
        boolean waited = entry instanceof Started;
        boolean calls;
        long number;
        synchronized (this) {
            calls = waited || pending.isEmpty();
            pending.add(entry);
            urgent |= waited;
            number = ++lastNumber;
        }
        if (calls) {
            wake.run();
        }
        return number;
    }

    @Override
    public long forcedUpTo() {
        return forced;
    }

    @Override
    public long writtenUpTo() {
        return closed || log.failure() != null ? Long.MAX_VALUE : written;
    }

    /** Whether something waits to be written now, since somebody waits for that. Any thread. */
    synchronized boolean isUrgent() {
        return urgent;
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
        long upTo;
        synchronized (this) {
            taken = pending;
            pending = new ArrayList<>();
            urgent = false;
            upTo = lastNumber;
        }
        write(taken);
        log.commit();
        written = upTo;
        if (log.usedBytes() > compactAt) {
            compact(firstLsn);
        }
    }

    private void write(List<Entry> taken) {
        int done = 0;
        try {
            for (; done < taken.size(); done++) {
                state.entry(taken.get(done));
                writer.entry(taken.get(done));
            }
            writer.finish();
        } finally {
            synchronized (this) {
                pending.addAll(0, taken.subList(done, taken.size())); // where there was no room for all
            }
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
        long upTo = written;
        log.force();
        forced = log.failure() == null ? upTo : forced;
    }

    /** Of what it said, what cannot be read any more. */
    List<Damage> damages() {
        return log.damages();
    }

    @Nullable ParleyException failure() {
        return log.failure();
    }

    void close() {
        closed = true;
        log.close();
    }
}
