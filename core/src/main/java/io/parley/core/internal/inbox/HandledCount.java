package io.parley.core.internal.inbox;

import io.parley.core.spi.ReaderJournal;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How far a session was handled, as its sender may be told. Where the reader has a journal that is only as far as nothing
 * takes it back: what was handled since waits for that, in two steps, so that however much waits there are two numbers to
 * keep.
 *
 * <pre>
 *   told ──safe──◀ awaited: what had been handled when told moved last ◀── handled
 * </pre>
 */
final class HandledCount {
    /** A place in the session, and the journal's entry that it rests on. */
    private static final class Place {
        private long number;
        private long bytes;
        private long entry;

        void to(Place other) {
            number = other.number;
            bytes = other.bytes;
            entry = other.entry;
        }
    }

    private final @Nullable ReaderJournal journal;
    private final AtomicLong number = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    // guarded by this
    private final Place told = new Place();
    private final Place awaited = new Place();
    private final Place handled = new Place();

    HandledCount(@Nullable ReaderJournal journal) {
        this.journal = journal;
    }

    /** The handling thread is through with everything up to this number, which rests on this entry of the journal. */
    void advance(long upTo, int moreBytes, long entry) {
        if (journal == null) {
            bytes.lazySet(bytes.getPlain() + moreBytes);
            number.lazySet(upTo);
            return;
        }
        synchronized (this) {
            handled.number = upTo;
            handled.bytes += moreBytes;
            handled.entry = entry;
        }
    }

    /** The number that may be told. The loop. */
    long number() {
        ReaderJournal of = journal;
        if (of != null) {
            settle(of.safeUpTo());
        }
        return number.get();
    }

    private synchronized void settle(long safe) {
        if (handled.entry <= safe) {
            told.to(handled);
        } else if (awaited.entry <= safe) {
            told.to(awaited);
        }
        if (awaited.number <= told.number) {
            awaited.to(handled);
        }
        bytes.lazySet(told.bytes);
        number.lazySet(told.number);
    }

    /** The bytes of the records up to {@link #number}, as it was asked for last. The loop. */
    long bytes() {
        return bytes.get();
    }

    /** Whether nothing waits for the journal. */
    synchronized boolean settled() {
        return handled.number == told.number;
    }
}
