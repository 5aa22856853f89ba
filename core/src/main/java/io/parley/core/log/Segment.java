package io.parley.core.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a log: records that follow one another without holes in one buffer. A record never spans two segments.
 *
 * <p>Appenders extend the last segment while the reading thread looks at it: {@link #visible} is read with acquire
 * semantics and gives count and end as one consistent pair; the bytes before that end never change. All other methods
 * belong to the reading thread.
 */
public abstract class Segment {
    private int pins;

    /** For implementations. */
    protected Segment() {}

    /** The lsn of the first record. */
    public abstract long firstLsn();

    /**
     * The run in which its records were appended, all of them; 0 in a log that does not outlive the run, where it is that
     * run. A log that was opened again begins a new segment.
     */
    public long epoch() {
        return 0;
    }

    /** Where the first record stands in {@link #buffer}. */
    public abstract int start();

    /** The visible records: their number in the high half, the offset of their end in the low half. */
    public abstract long visible();

    /** The bytes, little endian. Use absolute reads only. */
    public abstract ByteBuffer buffer();

    /** The next segment, once there is one: this one grows no more then. */
    public abstract @Nullable Segment next();

    /** The number in {@link #visible}. */
    public static int count(long visible) {
        return (int) (visible >>> 32);
    }

    /** The end in {@link #visible}. */
    public static int end(long visible) {
        return (int) visible;
    }

    /** Joins the two halves of {@link #visible}. */
    public static long visible(int count, int end) {
        return (long) count << 32 | end;
    }

    /** Keeps the buffer from being used again while a frame that was not yet taken refers to it. */
    public final void pin() {
        if (pins == 0) {
            pinnedNow();
        }
        pins++;
    }

    /** Ends one {@link #pin}. */
    public final void unpin() {
        pins--;
        if (pins == 0) {
            unpinned();
        }
    }

    /** Whether frames refer to it. */
    protected final boolean pinned() {
        return pins > 0;
    }

    /** The first pin was set. For segments that are views of something larger, which must stay as long; nothing by default. */
    protected void pinnedNow() {}

    /** The last pin was taken away. */
    protected abstract void unpinned();

    /** Whether it was let go and does not lead to its successor any more: a cursor finds its place anew. */
    public boolean gone() {
        return false;
    }
}
