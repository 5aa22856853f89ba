package io.parley.reliability.internal.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of lsns that lie close together: bits in chunks of 4,096. Two million ids with few holes take a quarter of a
 * megabyte. A set, never a watermark: on a queue 12 may be executed while 11 is still to come.
 */
public final class LsnSet {
    private static final int CHUNK_BITS = 12;
    private static final int WORDS = 1 << CHUNK_BITS - 6;

    private static final class Chunk {
        private final long index;
        private final long[] words = new long[WORDS];
        private int count;

        Chunk(long index) {
            this.index = index;
        }
    }

    private final NavigableMap<Long, Chunk> chunks = new TreeMap<>();
    private @Nullable Chunk last;
    private long size;

    /** An empty set. */
    public LsnSet() {}

    /** Members that follow one another. */
    public interface Runs {
        /** All from the first to the last. */
        void run(long from, long to);
    }

    /** How many there are. */
    public long size() {
        return size;
    }

    private @Nullable Chunk chunk(long lsn) {
        long index = lsn >>> CHUNK_BITS;
        Chunk recent = last;
        if (recent != null && recent.index == index) {
            return recent;
        }
        Chunk found = chunks.get(index);
        if (found != null) {
            last = found;
        }
        return found;
    }

    private static int word(long lsn) {
        return (int) (lsn >>> 6) & WORDS - 1;
    }

    /** Whether it is a member. */
    public boolean contains(long lsn) {
        Chunk chunk = size == 0 ? null : chunk(lsn);
        return chunk != null && (chunk.words[word(lsn)] & 1L << lsn) != 0;
    }

    /** Adds one, if it is not there. */
    public void add(long lsn) {
        Chunk chunk = chunk(lsn);
        if (chunk == null) {
            chunk = new Chunk(lsn >>> CHUNK_BITS);
            chunks.put(chunk.index, chunk);
            last = chunk;
        }
        long before = chunk.words[word(lsn)];
        long after = before | 1L << lsn;
        if (after != before) {
            chunk.words[word(lsn)] = after;
            chunk.count++;
            size++;
        }
    }

    /** Removes one; returns whether it was there. */
    public boolean remove(long lsn) {
        Chunk chunk = chunk(lsn);
        if (chunk == null || (chunk.words[word(lsn)] & 1L << lsn) == 0) {
            return false;
        }
        chunk.words[word(lsn)] &= ~(1L << lsn);
        size--;
        if (--chunk.count == 0) {
            drop(chunk);
        }
        return true;
    }

    private void drop(Chunk chunk) {
        chunks.remove(chunk.index);
        if (last == chunk) {
            last = null;
        }
    }

    /** Removes everything up to this lsn. */
    public void removeUpTo(long lsn) {
        while (!chunks.isEmpty()) {
            Chunk first = chunks.firstEntry().getValue();
            if (first.index << CHUNK_BITS > lsn) {
                return;
            }
            if ((first.index + 1 << CHUNK_BITS) - 1 <= lsn) {
                size -= first.count;
                drop(first);
                continue;
            }
            clear(first, lsn);
            return;
        }
    }

    private void clear(Chunk chunk, long upTo) {
        int lastWord = word(upTo);
        for (int i = 0; i <= lastWord; i++) {
            long mask = i < lastWord ? -1L : -1L >>> 63 - (int) (upTo & 63);
            int gone = Long.bitCount(chunk.words[i] & mask);
            chunk.words[i] &= ~mask;
            chunk.count -= gone;
            size -= gone;
        }
        if (chunk.count == 0) {
            drop(chunk);
        }
    }

    /** Gives all members in order, as many as follow one another at once. */
    public void forEachRun(Runs visitor) {
        long from = -1;
        long next = 0;
        for (Chunk chunk : chunks.values()) {
            for (int i = 0; i < WORDS; i++) {
                long base = (chunk.index << CHUNK_BITS) + ((long) i << 6);
                for (long rest = chunk.words[i]; rest != 0; ) {
                    int start = Long.numberOfTrailingZeros(rest);
                    int length = Long.numberOfTrailingZeros(~(rest >>> start));
                    if (from >= 0 && base + start != next) {
                        visitor.run(from, next - 1);
                        from = -1;
                    }
                    from = from < 0 ? base + start : from;
                    next = base + start + length;
                    rest = start + length == Long.SIZE ? 0 : rest >>> start + length << start + length;
                }
            }
        }
        if (from >= 0) {
            visitor.run(from, next - 1);
        }
    }

    /** The highest members first, at most so many. */
    public List<Long> highest(int most) {
        List<Long> found = new ArrayList<>();
        for (Chunk chunk : chunks.descendingMap().values()) {
            for (long lsn = (chunk.index + 1 << CHUNK_BITS) - 1; lsn >= chunk.index << CHUNK_BITS; lsn--) {
                if (found.size() >= most) {
                    return found;
                }
                if ((chunk.words[word(lsn)] & 1L << lsn) != 0) {
                    found.add(lsn);
                }
            }
        }
        return found;
    }
}
