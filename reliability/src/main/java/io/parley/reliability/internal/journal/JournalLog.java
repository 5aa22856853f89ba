package io.parley.reliability.internal.journal;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Log;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.reliability.Flush;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
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
 * Any thread, but for {@link #commit()}, {@link #tidy} and {@link #close}, which touch the disk.
 */
public final class JournalLog implements Log {
    private static final int MAX_RECORD = 256 * 1024;
    private static final int LARGEST_FILE = 8 << 20;
    private static final int FILES = 16;

    private final JournalFiles names;
    private final Flush flush;
    private final long epoch;
    private final long capacity;
    private final int fileSize;
    private final List<JournalFile> files;
    private final List<JournalFile> retired = new ArrayList<>();
    private final Staging staging;
    private ByteBuffer scratch = ByteBuffer.allocate(4 * 1024).order(ByteOrder.LITTLE_ENDIAN);
    private long nextLsn;
    private long firstLsn;
    private long writtenEnd;
    private long forcedEnd;
    private long recordsEnd;
    private long skippedTo;
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
        names = found.names();
        this.flush = flush;
        this.epoch = epoch;
        this.capacity = capacity;
        fileSize = fileSize(capacity);
        files = found.into(this);
        nextLsn = found.nextLsn();
        recordsEnd = nextLsn;
        firstLsn = files.isEmpty() || files.get(0).isEmpty()
                ? nextLsn
                : files.get(0).firstLsn();
        writtenEnd = nextLsn;
        forcedEnd = nextLsn;
        expiring = found.expiring();
        JournalFile last = last();
        boolean goesOn = last != null && last.file.size() == fileSize && last.number == found.lastNumber();
        int end = last != null && goesOn ? last.end : fileSize;
        staging = new Staging(fileSize - Group.HEADER, found.lastNumber(), end);
    }

    static int fileSize(long capacity) {
        return (int) Math.max(16 * 1024, Math.min(LARGEST_FILE, capacity / FILES)) & -8;
    }

    private @Nullable JournalFile last() {
        return files.isEmpty() ? null : files.get(files.size() - 1);
    }

    // appenders

    @Override
    public int maxRecord() {
        return Math.min(MAX_RECORD, fileSize - 2 * Group.HEADER - Group.CRC - Long.BYTES);
    }

    @Override
    public synchronized @Nullable ByteBuffer claim(int atLeast) {
        checkSound();
        if (atLeast > maxRecord() || usedIf(staging.numberFor(atLeast)) > capacity) {
            return null;
        }
        if (scratch.capacity() < atLeast) {
            scratch = ByteBuffer.allocate(Math.min(maxRecord(), 2 * atLeast)).order(ByteOrder.LITTLE_ENDIAN);
        }
        return scratch.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0).limit(atLeast);
    }

    private void checkSound() {
        ParleyException why = failure;
        if (why != null) {
            throw new ParleyException(ErrorCode.DISK_FAILED, "the log takes no more: " + why.getMessage(), why);
        }
    }

    /** Room in use when files up to this one were made. */
    private long usedIf(long upTo) {
        JournalFile last = last();
        long toMake = upTo - (last == null ? names.lastNumber() : last.number);
        return FileChain.bytes(files, retired) + Math.max(0, toMake) * fileSize;
    }

    @Override
    public synchronized long nextLsn() {
        return nextLsn;
    }

    @Override
    public synchronized void commit(int length) {
        expiring |= (Record.flags(scratch, 0) & Record.EXPIRY) != 0;
        staging.add(scratch.duplicate().position(0).limit(length), nextLsn);
        nextLsn++;
        recordsEnd = nextLsn;
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
            writeAll();
            if (flush.beforeVisible()) {
                force();
            }
            return true;
        } catch (ParleyException e) {
            if (e.code() != ErrorCode.DISK_FULL) {
                fail(e);
            } else if (flush.beforeVisible()) {
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

    private void writeAll() {
        for (Staging.Block block = takeFirst(); block != null; block = takeFirst()) {
            JournalFile file = fileOf(block);
            Group group = new Group(0, epoch, block.firstLsn, block.count, block.end - Group.HEADER, forcedEnd());
            Group.seal(block.bytes, file.number, group);
            int at = file.end;
            file.dirty = true;
            file.file.write(block.bytes, at);
            shown(file, group, at);
        }
    }

    private synchronized Staging.@Nullable Block takeFirst() {
        return failure == null ? staging.first() : null;
    }

    private synchronized void shown(JournalFile file, Group group, int at) {
        int records = at + Group.HEADER;
        file.end = at + group.end();
        file.show(new SegmentScan.Run(epoch, group.firstLsn(), group.count(), records, records + group.bytes()));
        staging.written();
        writtenEnd = group.endLsn();
    }

    private JournalFile fileOf(Staging.Block block) {
        JournalFile last;
        synchronized (this) {
            last = last();
        }
        if (last != null && last.number >= block.fileNumber) {
            return last;
        }
        if (last != null) {
            mark(last, true);
        }
        JournalFile made = names.make(this, block.fileNumber, fileSize);
        synchronized (this) {
            files.add(made);
        }
        return made;
    }

    /**
     * Forces what was written.
     *
     * @throws ParleyException DISK_FAILED: the log takes no more
     */
    public void force() {
        List<JournalFile> dirty;
        long upTo;
        synchronized (this) {
            dirty = files.stream().filter(f -> f.dirty).toList();
            upTo = writtenEnd;
            if (failure != null) {
                return; // a force that failed is not tried again: the second would say that all is well
            }
        }
        try {
            for (JournalFile file : dirty) {
                file.file.force();
                file.dirty = false;
            }
        } catch (ParleyException e) {
            fail(e);
            throw e;
        }
        synchronized (this) {
            forcedEnd = Math.max(forcedEnd, upTo);
        }
    }

    /** Gives files back that were let go of. */
    public void tidy() {
        List<JournalFile> gone;
        synchronized (this) {
            gone = retired.stream().filter(f -> !f.pinned()).toList();
            retired.removeAll(gone);
        }
        gone.forEach(names::recycle);
    }

    /** Why the log takes no more; null while it does. */
    public synchronized @Nullable ParleyException failure() {
        return failure;
    }

    // readers

    /** One more than the last lsn that nothing takes back. */
    public synchronized long forcedEnd() {
        return forcedEnd;
    }

    private long visibleEnd() {
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
        return firstLsn;
    }

    @Override
    public synchronized long endLsn() {
        return Math.max(firstLsn, Math.max(visibleEnd(), skippedTo()));
    }

    @Override
    public synchronized @Nullable Segment segment(long lsn) {
        if (lsn < firstLsn || lsn >= visibleEnd()) {
            return null;
        }
        return visible(FileChain.find(files, lsn));
    }

    private @Nullable Segment visible(JournalFile.@Nullable View view) {
        return view != null && view.firstLsn() < visibleEnd() ? view : null;
    }

    /** Called with the lock held: the view that follows in time, if readers may see it. */
    @Nullable Segment follower(JournalFile.@Nullable View inSameFile, JournalFile file) {
        if (inSameFile != null) {
            return visible(inSameFile);
        }
        for (JournalFile next : files) {
            if (next.number > file.number) {
                return visible(next.first());
            }
        }
        return null;
    }

    @Override
    public synchronized void trim(long lsn) {
        while (files.size() > 1 && !files.get(0).isEmpty()) {
            JournalFile head = files.get(0);
            if (head.endLsn() > Math.min(lsn, visibleEnd())) {
                return;
            }
            free(head);
        }
    }

    @Override
    public synchronized void settle(Segment segment, int records) {
        ((JournalFile.View) segment).file().settle(records);
        for (JournalFile file : List.copyOf(files)) {
            if (file != last() && file.allSettled()) {
                free(file);
            }
        }
    }

    private void free(JournalFile file) {
        files.remove(file);
        retired.add(file);
        JournalFile head = files.get(0);
        firstLsn = head.isEmpty() ? Math.max(firstLsn, file.endLsn()) : Math.max(firstLsn, head.firstLsn());
    }

    @Override
    public synchronized long crowded() {
        long used = FileChain.bytes(files, retired);
        if (used <= capacity - capacity / 8) {
            return 0;
        }
        long over = used - (capacity - capacity / 4);
        return Math.min(FileChain.holding(files, over), visibleEnd());
    }

    @Override
    public synchronized long usedBytes() {
        return closed ? 0 : usedIf(staging.number());
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
                endWell();
            }
        } catch (ParleyException e) {
            fail(e); // the next run finds what was forced, as after a crash
        } finally {
            files.forEach(f -> f.file.close());
        }
    }

    private void endWell() {
        JournalFile last = last();
        if (last != null) {
            mark(last, false);
            last.file.force();
        }
    }

    /** Says that nothing follows, where there is room; files keep room for it, but for those that are damaged. */
    private void mark(JournalFile in, boolean endOfFile) {
        if (in.file.size() - in.end >= Group.HEADER) {
            ByteBuffer mark = ByteBuffer.allocate(Group.HEADER).order(ByteOrder.LITTLE_ENDIAN);
            Group.seal(mark, in.number, new Group(0, epoch, writtenEnd, 0, 0, forcedEnd(), endOfFile));
            in.dirty = true;
            in.file.write(mark, in.end);
        }
    }
}
