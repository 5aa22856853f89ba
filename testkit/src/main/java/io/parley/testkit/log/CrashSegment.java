package io.parley.testkit.log;

import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** One file of a {@link CrashLog}. Guarded by its log. */
final class CrashSegment extends Segment {
    private static final byte FREED = (byte) 0xDD;

    private final CrashLog log;
    private final long epoch;
    private final long firstLsn;
    private final ByteBuffer bytes;
    private int count;
    private int end;
    private int settled;
    private boolean freed;
    private @Nullable CrashSegment next;

    CrashSegment(CrashLog log, long epoch, long firstLsn, int capacity) {
        this.log = log;
        this.epoch = epoch;
        this.firstLsn = firstLsn;
        this.bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The same records up to an lsn in another log; what was let go of before the crash is not known any more. */
    CrashSegment copyUpTo(long endLsn, CrashLog into) {
        CrashSegment copy = new CrashSegment(into, epoch, firstLsn, bytes.capacity());
        copy.count = (int) Math.min(count, Math.max(0, endLsn - firstLsn));
        copy.end = offset(copy.count);
        copy.bytes.put(0, bytes, 0, copy.end);
        return copy;
    }

    private int offset(int records) {
        int at = 0;
        for (int i = 0; i < records; i++) {
            at += Record.length(bytes, at);
        }
        return at;
    }

    ByteBuffer appendView() {
        return bytes.duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(bytes.capacity())
                .position(end);
    }

    /** Where the next record goes. */
    int end() {
        return end;
    }

    int room() {
        return bytes.capacity() - end;
    }

    int capacity() {
        return bytes.capacity();
    }

    void extend(int length) {
        if (Record.check(bytes, end, end + length) != length || Record.lsn(bytes, end) != endLsn()) {
            throw new IllegalStateException("what was committed as record " + endLsn() + " of " + length
                    + " B is not one: it says " + Record.length(bytes, end) + " B and lsn " + Record.lsn(bytes, end));
        }
        count++;
        end += length;
    }

    /** One more than the lsn of the last record, visible or not. */
    long endLsn() {
        return firstLsn + count;
    }

    void link(CrashSegment segment) {
        next = segment;
    }

    void settled(int records) {
        settled += records;
        if (settled > count) {
            throw new IllegalStateException(settled + " records were settled of " + count + " in " + this);
        }
    }

    boolean allSettled() {
        return settled == count;
    }

    boolean freed() {
        return freed;
    }

    void free() {
        freed = true;
        if (!pinned()) {
            unpinned();
        }
    }

    /** Overwrites what may not be read any more, so that whoever does sees nonsense. */
    @Override
    protected void unpinned() {
        if (freed) {
            for (int i = 0; i < end; i++) {
                bytes.put(i, FREED);
            }
        }
    }

    @Override
    public long firstLsn() {
        return firstLsn;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public int start() {
        return 0;
    }

    @Override
    public long visible() {
        synchronized (log) {
            int visible = (int) Math.max(0, Math.min(count, log.visibleEnd() - firstLsn));
            return visible(visible, visible == count ? end : offset(visible));
        }
    }

    @Override
    public ByteBuffer buffer() {
        return bytes;
    }

    /** There is none for readers before all of this one is visible: it would grow on after they had left it. */
    @Override
    public @Nullable Segment next() {
        synchronized (log) {
            CrashSegment after = endLsn() <= log.visibleEnd() ? next : null;
            while (after != null && after.freed) {
                after = after.next;
            }
            return after;
        }
    }

    @Override
    public String toString() {
        return "segment[epoch " + epoch + ", lsn " + firstLsn + " to " + (endLsn() - 1) + "]";
    }
}
