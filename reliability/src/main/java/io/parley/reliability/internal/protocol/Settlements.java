package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Ledger;
import io.parley.core.wire.Position;
import java.util.ArrayDeque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What became of a queue's messages, in the ledger of their channel. What is announced to members rests on entries that were
 * forced: else a crash would take a settlement back that they had already forgotten about. Without a ledger there is nothing
 * to force, and nothing waits.
 */
final class Settlements {
    private record Noted(long entry, long lsn) {}

    private final @Nullable Ledger ledger;
    private final Epochs epochs;
    private final Tries tries;
    private final RollCall rollCall;
    private final ArrayDeque<Noted> notForced = new ArrayDeque<>();
    private final TreeSet<Long> notForcedLsns = new TreeSet<>();

    Settlements(Origin origin, Epochs epochs) {
        ledger = origin.ledger();
        tries = new Tries(origin);
        rollCall = new RollCall(origin);
        this.epochs = epochs;
    }

    /** What was tried of what is not settled. */
    Tries tries() {
        return tries;
    }

    /** Who may have messages of an earlier run. */
    RollCall rollCall() {
        return rollCall;
    }

    /** Hears of messages that were settled before. */
    interface Settled {
        void settled(long lsn);
    }

    boolean durable() {
        return ledger != null;
    }

    /** Gives what an earlier run settled of what is still there, and what it tried. */
    void replay(Settled visitor) {
        Ledger from = ledger;
        if (from != null) {
            from.replay(entry -> {
                rollCall.replay(entry);
                Position id = id(entry);
                if (id == null || !epochs.is(id)) {
                    return;
                }
                if (entry instanceof Ledger.Settled) {
                    visitor.settled(id.lsn());
                    tries.forget(id.lsn());
                } else {
                    tries.replay(entry);
                }
            });
        }
    }

    private static @Nullable Position id(Ledger.Entry entry) {
        if (entry instanceof Ledger.Settled settled) {
            return settled.id();
        }
        if (entry instanceof Ledger.Counted counted) {
            return counted.id();
        }
        if (entry instanceof Ledger.Failed failed) {
            return failed.id();
        }
        return entry instanceof Ledger.Started started ? started.id() : null;
    }

    void settled(long epoch, long lsn, Ledger.End end) {
        Ledger to = ledger;
        if (to != null) {
            notForced.addLast(new Noted(to.append(new Ledger.Settled(new Position(epoch, lsn), end)), lsn));
            notForcedLsns.add(lsn);
        }
    }

    /** Nobody is given this message any more, though it is not settled yet. */
    void doubt(long lsn) {
        if (ledger != null) {
            notForcedLsns.add(lsn);
        }
    }

    /** Whether this message, which is settled, stays so whatever happens. */
    boolean forEver(long lsn) {
        review();
        return !notForcedLsns.contains(lsn);
    }

    /** The first message that a crash may make unsettled again, or this one. */
    long firstInDoubt(long low) {
        review();
        return notForcedLsns.isEmpty() ? low : Math.min(low, notForcedLsns.first());
    }

    private void review() {
        Ledger from = ledger;
        if (from == null || notForced.isEmpty()) {
            return;
        }
        long forced = from.forcedUpTo();
        while (!notForced.isEmpty() && notForced.getFirst().entry <= forced) {
            notForcedLsns.remove(notForced.removeFirst().lsn);
        }
    }
}
