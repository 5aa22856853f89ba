package io.parley.testkit.log;

import io.parley.core.log.Log;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log that outlives a simulated crash, except for what was not forced. Three positions move along it:
 *
 * <pre>
 *   1 ........ forced ........ written ........ appended
 *   │ survives │ a beginning   │ lost
 *   │          │ survives      │
 * </pre>
 *
 * Under {@link Flush#ALWAYS} readers see what was forced, under {@link Flush#OS} what was written. It is strict where
 * others are fast: a commit that is no whole record, with the lsn that is due, throws, as does settling more than there is.
 * Any thread.
 */
public final class CrashLog implements Log {
    private static final int MAX_RECORD = 256 << 10;
    private static final int SEGMENT = 16 << 10;

    private final Flush flush;
    private final long epoch;
    private final long capacity;
    private final List<CrashSegment> segments = new ArrayList<>();
    private @Nullable CrashSegment tail;
    private @Nullable CrashSegment claimed;
    private long nextLsn = 1;
    private long firstLsn = 1;
    private long writtenEnd = 1;
    private long forcedEnd = 1;
    private boolean torn;
    private boolean expiring;
    private boolean hole;
    private long skippedTo;

    /**
     * An empty log.
     *
     * @param flush when readers see a record
     * @param epoch the run that appends
     * @param capacity the limit of {@link #usedBytes}
     */
    public CrashLog(Flush flush, long epoch, long capacity) {
        this.flush = flush;
        this.epoch = epoch;
        this.capacity = capacity;
    }

    /** What was appended is written. Never waits. */
    public synchronized void write() {
        writtenEnd = nextLsn;
    }

    /** What was appended is written and forced. Never waits. */
    public synchronized void force() {
        writtenEnd = nextLsn;
        forcedEnd = nextLsn;
    }

    /** One more than the lsn of the last record that was forced: nothing takes those back. */
    public synchronized long forcedEnd() {
        return forcedEnd;
    }

    /** One more than the lsn of the last record that was written. */
    public synchronized long writtenEnd() {
        return writtenEnd;
    }

    /** Whether a part of a record was found, and cut, when this log was opened after a crash. */
    public boolean torn() {
        return torn;
    }

    /**
     * What the next run finds after this one has crashed. Its records keep the epoch they were appended in; what it appends
     * itself has the new one, and may have an lsn that this run had used and lost.
     *
     * @param how what happened
     * @param nextEpoch the epoch of the next run
     * @param chance how much survives of what need not
     */
    public synchronized CrashLog crash(Crash how, long nextEpoch, SeededEntropy chance) {
        if (nextEpoch <= epoch) {
            throw new IllegalArgumentException("next epoch " + nextEpoch + ", expected more than " + epoch);
        }
        long end = how == Crash.KILL ? writtenEnd : chance.nextBetween(forcedEnd, writtenEnd);
        CrashLog found = new CrashLog(flush, nextEpoch, capacity);
        found.torn = end < writtenEnd && chance.chance(0.5);
        found.nextLsn = end;
        found.expiring = expiring;
        found.firstLsn = Math.min(firstLsn, end);
        for (CrashSegment segment : segments) {
            if (segment.firstLsn() < end) {
                found.add(segment.copyUpTo(end, found));
            }
        }
        // recovery forces what it keeps, before it shows it to anybody
        found.force();
        return found;
    }

    private void add(CrashSegment segment) {
        if (!segments.isEmpty()) {
            segments.get(segments.size() - 1).link(segment);
        }
        segments.add(segment);
        tail = segment;
    }

    @Override
    public int maxRecord() {
        return MAX_RECORD;
    }

    @Override
    public synchronized @Nullable ByteBuffer claim(int atLeast) {
        CrashSegment last = tail;
        if (last != null && last.epoch() == epoch && !hole && last.room() >= atLeast) {
            claimed = null;
            return last.appendView();
        }
        int size = Math.max(SEGMENT, atLeast);
        claimed = used() + size > capacity ? null : new CrashSegment(this, epoch, nextLsn, size);
        return claimed == null ? null : claimed.appendView();
    }

    @Override
    public synchronized long nextLsn() {
        return nextLsn;
    }

    @Override
    public synchronized void commit(int length) {
        CrashSegment segment = claimed == null ? tail : claimed;
        if (segment == null) {
            throw new IllegalStateException("commit without claim");
        }
        int at = segment.end();
        expiring |= (Record.flags(segment.buffer(), at) & Record.EXPIRY) != 0;
        hole = false;
        segment.extend(length);
        if (segment == claimed) {
            add(segment);
            claimed = null;
        }
        nextLsn++;
    }

    @Override
    public synchronized void skip(long count) {
        claimed = null;
        nextLsn += count;
        hole = true;
        skippedTo = nextLsn;
    }

    @Override
    public synchronized long skippedTo() {
        return Math.min(skippedTo, visibleEnd());
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
        return Math.max(firstLsn, visibleEnd());
    }

    long visibleEnd() {
        return flush == Flush.ALWAYS ? forcedEnd : writtenEnd;
    }

    @Override
    public synchronized @Nullable Segment segment(long lsn) {
        if (lsn < firstLsn || lsn >= visibleEnd()) {
            return null;
        }
        for (CrashSegment segment : segments) {
            if (lsn < segment.endLsn()) {
                return segment.firstLsn() < visibleEnd() ? segment : null;
            }
        }
        return null;
    }

    @Override
    public synchronized void trim(long lsn) {
        while (!segments.isEmpty()) {
            CrashSegment head = segments.get(0);
            if (head == tail || head.endLsn() > Math.min(lsn, visibleEnd())) {
                return;
            }
            free(head);
        }
    }

    @Override
    public synchronized void settle(Segment segment, int records) {
        CrashSegment mine = (CrashSegment) segment;
        mine.settled(records);
        segments.stream().filter(s -> s != tail && s.allSettled()).toList().forEach(this::free);
    }

    private void free(CrashSegment segment) {
        segments.remove(segment);
        firstLsn = segments.isEmpty()
                ? segment.endLsn()
                : Math.max(firstLsn, segments.get(0).firstLsn());
        segment.free();
    }

    @Override
    public synchronized long crowded() {
        long over = used() - (capacity - capacity / 4);
        if (used() <= capacity - capacity / 8) {
            return 0;
        }
        long lsn = 0;
        for (CrashSegment segment : segments) {
            if (over <= 0 || segment == tail) {
                break;
            }
            over -= segment.capacity();
            lsn = segment.endLsn();
        }
        return Math.min(lsn, visibleEnd());
    }

    @Override
    public synchronized long usedBytes() {
        return used();
    }

    private long used() {
        long used = claimed == null ? 0 : claimed.capacity();
        for (CrashSegment segment : segments) {
            used += segment.capacity();
        }
        return used;
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public synchronized void close() {
        List.copyOf(segments).forEach(this::free);
        tail = null;
        claimed = null;
    }
}
