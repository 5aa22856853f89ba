package io.parley.core.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A place in a log, moved record by record or in runs. Belongs to the reading thread. */
public final class LogCursor {
    private final Log log;
    private long lsn;
    private @Nullable Segment segment;
    private int offset;
    private boolean waits;

    /** A cursor before the record with this lsn. */
    public LogCursor(Log log, long lsn) {
        this.log = log;
        this.lsn = lsn;
    }

    /** The lsn of the next record. */
    public long lsn() {
        return lsn;
    }

    /** Whether records were let go that this cursor had not passed. */
    public boolean overtaken() {
        return lsn < log.firstLsn();
    }

    /** How many visible records lie ahead, some of which may already be gone. */
    public long behind() {
        return Math.max(0, log.endLsn() - lsn);
    }

    /** Moves to another place. */
    public void seek(long to) {
        lsn = to;
        segment = null;
    }

    /**
     * Finds the next record. Where lsns were dropped, {@link #lsn} jumps over them.
     *
     * @return whether there is one; when not, the cursor is at the visible end, was overtaken, or {@link #waits}
     */
    public boolean hasNext() {
        waits = false;
        if (overtaken()) {
            segment = null;
            return false;
        }
        if ((segment == null || segment.gone()) && !locate()) {
            return false;
        }
        Segment s = segment;
        while (s != null) {
            if (offset < Segment.end(s.visible())) {
                segment = s;
                return true;
            }
            if (!isReady()) {
                segment = s;
                return false;
            }
            Segment next = s.next();
            // a segment that has a successor grows no more, but may have grown since the look above
            if (next == null || offset < Segment.end(s.visible())) {
                segment = s;
                return offset < Segment.end(s.visible());
            }
            s = next;
            offset = next.start();
            lsn = next.firstLsn();
        }
        return false;
    }

    /** Whether {@link #hasNext} said no because what is next is being read: it is asked again later. */
    public boolean waits() {
        return waits;
    }

    private boolean isReady() {
        waits = !log.ready(lsn);
        return !waits;
    }

    private boolean locate() {
        Segment found = isReady() ? log.segment(lsn) : null;
        if (found == null) {
            segment = null;
            return false;
        }
        int at = found.start();
        ByteBuffer bytes = found.buffer();
        for (long skip = lsn - found.firstLsn(); skip > 0; skip--) {
            at += Record.length(bytes, at);
        }
        lsn = Math.max(lsn, found.firstLsn());
        segment = found;
        offset = at;
        return true;
    }

    /** The segment of the next record; only after {@link #hasNext} said yes. */
    public Segment segment() {
        Segment s = segment;
        if (s == null) {
            throw new IllegalStateException("no record here: ask hasNext first");
        }
        return s;
    }

    /** Where the next record stands in its segment; only after {@link #hasNext} said yes. */
    public int offset() {
        return offset;
    }

    /** Passes the next record. */
    public void next() {
        offset += Record.length(segment().buffer(), offset);
        lsn++;
    }

    /**
     * Passes as many records of this segment as fit.
     *
     * @return how many records were passed: those between the offset before and {@link #offset}
     */
    public int nextRun(int maxBytes, int maxRecords) {
        Segment s = segment();
        long visible = s.visible();
        int end = Segment.end(visible);
        int rest = Segment.count(visible) - (int) (lsn - s.firstLsn());
        if (end - offset <= maxBytes && rest <= maxRecords) {
            offset = end;
            lsn += rest;
            return rest;
        }
        int records = 0;
        int limit = (int) Math.min(end, (long) offset + maxBytes);
        while (records < maxRecords && offset < end) {
            int length = Record.length(s.buffer(), offset);
            if (length > limit - offset) {
                break;
            }
            offset += length;
            records++;
        }
        lsn += records;
        return records;
    }
}
