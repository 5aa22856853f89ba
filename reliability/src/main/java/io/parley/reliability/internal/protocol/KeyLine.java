package io.parley.reliability.internal.protocol;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The messages of one key: at most one is under lease or waits for its next attempt, the others wait in order. */
final class KeyLine {
    final Key key;
    final long hash;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>(2);
    private @Nullable Job busy;

    /** Which member's turn it is; in that member's list of lines. */
    @Nullable Member owner;

    /** A key's bytes, which are never changed. */
    static final class Key {
        private final byte[] bytes;

        Key(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key k && Arrays.equals(k.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    KeyLine(Key key) {
        this.key = key;
        long h = 0xCBF29CE484222325L;
        for (byte b : key.bytes) {
            h = (h ^ b & 0xFF) * 0x100000001B3L;
        }
        hash = h;
    }

    void add(Job job) {
        job.line = this;
        waiting.addLast(job);
    }

    boolean busy() {
        return busy != null;
    }

    boolean ready() {
        return busy == null && !waiting.isEmpty();
    }

    boolean idle() {
        return busy == null && waiting.isEmpty();
    }

    /** The first of the line is given away; the others wait for it. */
    Job take() {
        Job job = waiting.removeFirst();
        busy = job;
        return job;
    }

    /** What was given away is first in the line again. */
    void giveBack(Job job) {
        busy = null;
        waiting.addFirst(job);
    }

    /** A message is settled, wherever it was. */
    void remove(Job job) {
        if (busy == job) {
            busy = null;
        } else {
            waiting.remove(job);
        }
    }

    /** Takes a waiting message out of the line, of which it stays the busy one. */
    boolean claim(Job job) {
        if (busy != null || !waiting.remove(job)) {
            return false;
        }
        busy = job;
        return true;
    }

    int waiting() {
        return waiting.size();
    }
}
