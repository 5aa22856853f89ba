package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Ledger;
import io.parley.core.wire.Position;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
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
    private final ArrayDeque<Noted> notForced = new ArrayDeque<>();
    private final TreeSet<Long> notForcedLsns = new TreeSet<>();
    private final Map<Long, Ledger.Counted> counts = new HashMap<>();

    Settlements(@Nullable Ledger ledger, Epochs epochs) {
        this.ledger = ledger;
        this.epochs = epochs;
    }

    /** Hears of messages that were settled before. */
    interface Settled {
        void settled(long lsn);
    }

    boolean durable() {
        return ledger != null;
    }

    /** Gives what an earlier run settled, of what is still there. */
    void replay(Settled visitor) {
        Ledger from = ledger;
        if (from != null) {
            from.replay(entry -> replay(entry, visitor));
        }
    }

    private void replay(Ledger.Entry entry, Settled visitor) {
        if (entry instanceof Ledger.Settled settled && epochs.is(settled.id())) {
            visitor.settled(settled.id().lsn());
            counts.remove(settled.id().lsn());
        } else if (entry instanceof Ledger.Counted counted && epochs.is(counted.id())) {
            counts.put(counted.id().lsn(), counted);
        }
    }

    /** Gives a message that is looked at the counts that it had. */
    void recall(Job job) {
        Ledger.Counted counted = counts.isEmpty() ? null : counts.remove(job.lsn);
        if (counted != null) {
            job.attempts = counted.attempts();
            job.deaths = counted.deaths();
            job.redelivered = true;
        }
    }

    void settled(long epoch, long lsn, Ledger.End end) {
        Ledger to = ledger;
        if (to != null) {
            notForced.addLast(new Noted(to.append(new Ledger.Settled(new Position(epoch, lsn), end)), lsn));
            notForcedLsns.add(lsn);
        }
    }

    void counted(Job job) {
        Ledger to = ledger;
        if (to != null) {
            to.append(new Ledger.Counted(new Position(job.epoch, job.lsn), job.attempts, job.deaths, 0));
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
