package io.parley.reliability.internal.protocol;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One number of a member's session that is not settled: a {@link Job} under lease, or what is left where a lease was taken
 * away, which settles nothing.
 */
class Holding {
    private @Nullable Holding previous;
    private @Nullable Holding next;
    private long number;

    /** The message. */
    long lsn;

    final long number() {
        return number;
    }

    final @Nullable Holding next() {
        return next;
    }

    /** The unsettled numbers of one session, in order. */
    static final class Numbers {
        private @Nullable Holding first;
        private @Nullable Holding last;
        private @Nullable Holding firstUnstarted;

        @Nullable Holding first() {
            return first;
        }

        /** Visits each, in order; the visitor may remove the one that it is given, or take it away. */
        void forEach(Consumer<Holding> visitor) {
            Holding next = first;
            while (next != null) {
                Holding holding = next;
                next = holding.next;
                visitor.accept(holding);
            }
        }

        void append(Holding holding, long number) {
            Holding before = last;
            holding.number = number;
            holding.previous = before;
            holding.next = null;
            if (before == null) {
                first = holding;
            } else {
                before.next = holding;
            }
            last = holding;
            if (firstUnstarted == null) {
                firstUnstarted = holding;
            }
        }

        void remove(Holding holding) {
            replace(holding, holding.next);
            Holding after = holding.next;
            if (after != null) {
                after.previous = holding.previous;
            } else {
                last = holding.previous;
            }
            unlink(holding);
        }

        /** Leaves a mark in the place of a message that is no longer leased. */
        void takeAway(Holding holding) {
            Holding mark = new Holding();
            mark.lsn = holding.lsn;
            mark.number = holding.number;
            mark.previous = holding.previous;
            mark.next = holding.next;
            replace(holding, mark);
            if (holding.next != null) {
                holding.next.previous = mark;
            } else {
                last = mark;
            }
            unlink(holding);
        }

        private void replace(Holding holding, @Nullable Holding by) {
            if (holding.previous != null) {
                holding.previous.next = by;
            } else {
                first = by;
            }
            if (firstUnstarted == holding) {
                firstUnstarted = by;
            }
        }

        private static void unlink(Holding holding) {
            holding.previous = null;
            holding.next = null;
        }

        /** The next that was not started, up to this number; it counts as started from now on. */
        @Nullable Holding start(long upTo) {
            Holding next = firstUnstarted;
            if (next == null || next.number > upTo) {
                return null;
            }
            firstUnstarted = next.next;
            return next;
        }
    }
}
