package io.parley.reliability.internal.journal;

import io.parley.core.channel.Flush;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Damage;
import io.parley.core.log.Log;
import io.parley.core.log.RingLog;
import io.parley.core.log.Segment;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log on disk: files of groups of records, see {@link Group}. Appenders hand records over in memory; {@link #commit()},
 * called by the thread that commits, writes and forces them, and lets readers see them. Readers read the files' pages.
 *
 * <pre>
 *   1 ........ forced ........ written ........ staged
 *   │ for ever │ a power cut   │ a kill
 *   │          │ takes it back │ takes it back
 * </pre>
 *
 * Any thread, but for {@link #commit()}, {@link #force}, {@link #tidy} and {@link #close}, which touch the disk, and for
 * {@link #claim} and {@link #nextLsn}, which belong to the appender. Who reads a file that nobody read lately waits until all
 * of it was read and checked: at most {@value FileSizes#LARGEST_USUAL} bytes in a log of up to 8 GiB, or one larger message.
 */
public final class JournalLog implements Log {
    private final Flush flush;
    private final long capacity;
    private final FileSizes sizes;
    private final DiskBudget budget;
    private final FileChain chain;
    private final Staging staging;
    private final OutputCount outputs;
    private final JournalWriter writer;
    private final Reading reading;
    private long nextLsn;
    private long writtenEnd;
    private long forcedEnd;
    private long recordsEnd;
    private long skippedTo;
    /** How much room what was refused last would take; 0 when nothing was, or it has come. */
    private long missing;

    private boolean expiring;
    private boolean closed;
    private @Nullable ParleyException failure;

    /**
     * Opens a log, and forces what an earlier run left of it before anybody sees it.
     *
     * @param found what was recovered
     * @param epoch of this run
     */
    public JournalLog(Recovery found, Flush flush, long epoch, long capacity) {
        this.flush = flush;
        this.capacity = capacity;
        sizes = new FileSizes(capacity);
        budget = found.names().budget();
        chain = new FileChain(found.into(this), found.nextLsn());
        reading = new Reading(this, chain, found.damages());
        nextLsn = found.nextLsn();
        recordsEnd = nextLsn;
        writtenEnd = nextLsn;
        forcedEnd = nextLsn;
        outputs = new OutputCount(found.outputs());
        expiring = chain.expiring();
        sizes.within(found.names().room());
        staging = new Staging(sizes, Staging.Place.behind(chain.last(), found.lastNumber()));
        writer = new JournalWriter(this, found.names(), epoch);
    }

    // appenders

    @Override
    public int maxRecord() {
        long usual = (long) sizes.mostRoom() - Group.HEADER - Group.CRC - Group.ALIGN;
        return (int) Math.min(RingLog.MAX_RECORD, Math.max(usual, capacity / 4));
    }

    @Override
    public synchronized @Nullable ByteBuffer claim(int atLeast) {
        checkSound();
        long planned = staging.toMakeWith(atLeast);
        if (atLeast > maxRecord() || chain.bytes() + planned > capacity) {
            missing = Math.max(missing, planned - staging.toMake());
            return null;
        }
        missing = 0;
        return staging.room(atLeast);
    }

    private void checkSound() {
        ParleyException why = failure;
        if (why != null) {
            throw new ParleyException(ErrorCode.DISK_FAILED, "the log takes no more: " + why.getMessage(), why);
        }
    }

    @Override
    public long nextLsn() {
        return nextLsn;
    }

    @Override
    public synchronized void commit(int length) {
        staging.add(length, nextLsn);
        expiring |= staging.expires();
        nextLsn++;
        recordsEnd = nextLsn;
    }

    /** Like {@link #commit(int)}, of what a transaction sent, see {@link OutputCount}. */
    public synchronized void commitOutput(int length, long number) {
        commit(length);
        staging.output(number);
    }

    @Override
    public synchronized void skip(long count) {
        staging.seal();
        nextLsn += count;
        skippedTo = nextLsn;
    }

    // the thread that commits

    /**
     * Writes what was appended, forces it where readers wait for that, and shows it to them.
     *
     * @return whether there is nothing left to write
     * @throws ParleyException DISK_FULL: nothing is lost, and the next call may find room. DISK_FAILED: the log takes no more
     */
    public boolean commit() {
        try {
            writer.writeAll();
            if (flush.beforeVisible()) {
                force();
            }
            return true;
        } catch (ParleyException e) {
            if (e.code() != ErrorCode.DISK_FULL) {
                fail(e);
                throw e;
            }
            if (flush.beforeVisible()) {
                force(); // what came before the disk was full
            }
            throw e;
        }
    }

    private synchronized void fail(ParleyException e) {
        if (failure == null) {
            failure = e;
        }
    }

    /**
     * Forces what was written.
     *
     * @throws ParleyException DISK_FAILED: the log takes no more
     */
    public void force() {
        List<JournalFile> dirty;
        long upTo;
        long sent;
        synchronized (this) {
            if (failure != null) {
                return; // a force that failed is not tried again: the second would say that all is well
            }
            dirty = chain.dirty();
            upTo = writtenEnd;
            sent = outputs.written();
        }
        try {
            writer.force(dirty);
        } catch (ParleyException e) {
            fail(e);
            throw e;
        }
        synchronized (this) {
            forcedEnd = Math.max(forcedEnd, upTo);
            outputs.forced(sent);
        }
    }

    /** Whether there are files to give back, though frames may still refer to some. Any thread. */
    public boolean letGo() {
        return chain.letGo();
    }

    /** Gives files back that were let go of. */
    public void tidy() {
        List<JournalFile> gone;
        synchronized (this) {
            gone = chain.takeRetired();
        }
        writer.recycle(gone);
    }

    /** The oldest lot, which grows no more now; null when there is none, or the log takes no more. */
    synchronized Staging.@Nullable Lot nextLot() {
        return failure == null ? staging.first() : null;
    }

    /** The oldest lot is in its file. */
    synchronized void written(JournalFile file, Run run, Extent extent) {
        file.show(run, extent);
        outputs.written(staging.first());
        staging.written();
        writtenEnd = run.endLsn();
    }

    /** How much of what transactions sent here is there. */
    public OutputCount outputs() {
        return outputs;
    }

    /** A file was made; the logs of the directory can have so much room together. */
    synchronized void added(JournalFile file, long room) {
        chain.add(file);
        staging.made(file.file.size());
        sizes.within(room);
    }

    /** Whether the disk has room for two more files. */
    public boolean hasRoom() {
        return writer.hasRoom(2L * nextFileSize());
    }

    synchronized int nextFileSize() {
        return staging.nextFileSize();
    }

    synchronized @Nullable JournalFile lastFile() {
        return chain.last();
    }

    synchronized long writtenEnd() {
        return writtenEnd;
    }

    /** One more than the last lsn that nothing takes back. */
    public synchronized long forcedEnd() {
        return forcedEnd;
    }

    /** Why the log takes no more; null while it does. */
    public synchronized @Nullable ParleyException failure() {
        return failure;
    }

    // readers

    /** One more than the last lsn that readers may see. Guarded by this. */
    long visibleEnd() {
        return flush.beforeVisible() ? forcedEnd : writtenEnd;
    }

    @Override
    public synchronized long skippedTo() {
        return visibleEnd() < recordsEnd ? Math.min(skippedTo, visibleEnd()) : skippedTo;
    }

    @Override
    public synchronized boolean expiring() {
        return expiring;
    }

    @Override
    public synchronized long firstLsn() {
        return chain.firstLsn();
    }

    @Override
    public synchronized long endLsn() {
        return Math.max(chain.firstLsn(), Math.max(visibleEnd(), skippedTo()));
    }

    @Override
    public @Nullable Segment segment(long lsn) {
        return reading.segment(lsn);
    }

    /** How its files are read. */
    public Reading reading() {
        return reading;
    }

    @Override
    public boolean ready(long lsn) {
        return reading.ready(lsn);
    }

    @Override
    public long epochAt(long lsn) {
        return reading.epochAt(lsn);
    }

    @Override
    public long since(long time) {
        return reading.since(time);
    }

    @Override
    public void settle(long lsn) {
        reading.settle(lsn);
    }

    /** The file that holds this lsn, or the first behind it, if readers may see that lsn. Guarded by this. */
    @Nullable JournalFile visibleFile(long lsn) {
        return lsn >= chain.firstLsn() && lsn < visibleEnd() ? chain.find(lsn) : null;
    }

    @Override
    public @Nullable Damage damage(long lsn) {
        return reading.damage(lsn);
    }

    /** What was forced and cannot be read any more, as far as it was noticed. */
    public List<Damage> damages() {
        return reading.damages();
    }

    @Override
    public synchronized long olderThan(long time) {
        return Math.min(chain.olderThan(time), visibleEnd());
    }

    @Override
    public synchronized void trim(long lsn) {
        chain.trim(Math.min(lsn, visibleEnd()));
    }

    @Override
    public synchronized void settle(Segment segment, int records) {
        chain.settle(((JournalFile.View) segment).file(), records);
    }

    @Override
    public synchronized long crowded() {
        long over = beyondAmpleRoom();
        return over > 0 && (missing > 0 || over > capacity / 8) ? Math.min(chain.holding(over), visibleEnd()) : 0;
    }

    @Override
    public synchronized long overdrawn() {
        // what was let go of is not counted as free before it was given back
        return budget.crowded() && !chain.letGo() ? Math.min(chain.holding(1), visibleEnd()) : 0;
    }

    @Override
    public synchronized long usedBytes() {
        return closed ? 0 : chain.bytes() + staging.toMake();
    }

    /** Above 0 while less than a quarter is free, files to be made counted, or what found no room has none. Guarded by this. */
    private long beyondAmpleRoom() {
        return usedBytes() - Math.max(0, capacity - Math.max(capacity / 4, missing));
    }

    @Override
    public synchronized boolean hasAmpleRoom() {
        return missing == 0 || beyondAmpleRoom() <= 0;
    }

    @Override
    public long capacity() {
        return capacity;
    }

    /** Writes and forces what is there, if the disk lets it, and says in the file that this run ended well. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            if (failure() == null) {
                commit();
                force();
                tidy();
                writer.endWell();
            }
        } catch (ParleyException e) {
            fail(e); // the next run finds what was forced, as after a crash
        } finally {
            chain.all().forEach(f -> f.file.close());
        }
    }
}
