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
final class LsnSet {
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

    long size() {
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

    boolean contains(long lsn) {
        Chunk chunk = size == 0 ? null : chunk(lsn);
        return chunk != null && (chunk.words[word(lsn)] & 1L << lsn) != 0;
    }

    void add(long lsn) {
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

    boolean remove(long lsn) {
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
    void removeUpTo(long lsn) {
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

    /** The highest members first, at most so many. */
    List<Long> highest(int most) {
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
