package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Death;
import io.parley.core.channel.Happening;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.OutletListener;
import io.parley.core.wire.Settle;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What becomes of leased messages. The first DONE wins, from whichever lease; anything else counts from the current lease
 * only. Failures of the handler are attempts, holders that died while it ran are deaths; an end of the link, of the session
 * or of a lease that was not started is neither.
 */
final class Leases {
    /** What the cause of a RETRY begins with when the handler took too long: it may still hang, and hold its slot. */
    static final String TIMEOUT = "HANDLER_TIMEOUT";

    private final JobTable table;
    private final Backlog backlog;
    private final OutletListener listener;
    private final long leaseNanos;
    private final Settlements settlements;
    private final Failures failures;
    private final TreeSet<Long> decided = new TreeSet<>();

    Leases(
            ChannelSettings settings,
            Backlog backlog,
            JobTable table,
            OutletListener listener,
            Entropy entropy,
            Settlements settlements) {
        this.settlements = settlements;
        this.table = table;
        this.backlog = backlog;
        this.listener = listener;
        failures = new Failures(settings.retry(), backlog, settlements.tries(), entropy);
        leaseNanos = Clock.span(settings.lease());
    }

    long leaseNanos() {
        return leaseNanos;
    }

    /** The first message that is settled and may be sent to its holder again, or this one. */
    long firstDecided(long low) {
        return decided.isEmpty() ? low : Math.min(low, decided.first());
    }

    // ---- what members say

    /** Takes a member's word; returns whether its handler ended something. */
    boolean settle(Member member, Settle.Item item, long now) {
        Job job = table.leased(item.lease());
        boolean current = job != null
                && job.member == member
                && job.lsn == item.id().lsn()
                && job.epoch == item.id().epoch();
        if (item.outcome() == Settle.Outcome.DONE) {
            Job done =
                    current ? job : table.contested(item.id().epoch(), item.id().lsn());
            if (done != null) {
                done(done, member);
            }
            return true;
        }
        if (!current || job == null) {
            return false;
        }
        if (job.decided) {
            through(job, member);
            return item.outcome() != Settle.Outcome.RETURNED;
        }
        return settle(job, member, item, now);
    }

    /** Takes the word of the message's holder, other than DONE. */
    private boolean settle(Job job, Member member, Settle.Item item, long now) {
        switch (item.outcome()) {
            case RETRY -> {
                unhold(job, member);
                failed(job, item.delayMillis(), item.cause(), now);
            }
            case DEAD -> {
                settled(job, member);
                failures.rejected(job, item.cause(), now);
            }
            case EXPIRED -> {
                settled(job, member);
                job.state = Job.State.READY;
                backlog.bury(job, Death.Reason.EXPIRED, now);
                return false;
            }
            default -> {
                unhold(job, member);
                job.started = false;
                again(job, now);
                return false;
            }
        }
        return true;
    }

    private void done(Job job, Member member) {
        if (job.decided) {
            through(job, member);
            return;
        }
        long lsn = job.lsn;
        Member holder = job.member;
        if (holder != null && holder != member && job.state == Job.State.LEASED && job.line != null) {
            decide(job);
        } else {
            if (holder != null) {
                release(job, holder);
            }
            backlog.settle(job, Ledger.End.DONE);
        }
        listener.processedBy(lsn, member.key.peer().id());
        listener.completed(lsn);
    }

    /** Settled by one that had lost its lease, while the heir may be running it: what comes next of its key waits for the heir. */
    private void decide(Job job) {
        job.decided = true;
        decided.add(job.lsn);
        job.in().pin(); // its holder may come back on another link, and is sent it again
        backlog.settleInPlace(job, Ledger.End.DONE);
    }

    /** The holder of a message that is settled already has said what it has to say. */
    private void through(Job job, Member holder) {
        if (job.member == holder) {
            release(job, holder);
            drop(job);
        }
    }

    private void drop(Job job) {
        decided.remove(job.lsn);
        job.in().unpin();
        job.decided = false;
        backlog.drop(job);
    }

    /** The message leaves its holder, whose number for it is settled. */
    private void release(Job job, Member holder) {
        if (job.state == Job.State.LEASED) {
            settled(job, holder);
        } else if (job.state == Job.State.ASSIGNED) {
            holder.release(job);
        }
    }

    /** The number is settled, and announced so once nothing can take that back. */
    private void settled(Job job, Member member) {
        if (settlements.durable()) {
            member.numbers.takeAway(job);
        } else {
            member.numbers.remove(job);
        }
        member.release(job);
    }

    private static void unhold(Job job, Member member) {
        member.numbers.remove(job);
        member.release(job);
    }

    void renew(Member member, long lease, long now, int extensionMillis) {
        Job job = table.leased(lease);
        if (job != null && job.member == member) {
            long extension = Math.min(leaseNanos, TimeUnit.MILLISECONDS.toNanos(extensionMillis));
            job.deadline = Math.max(job.deadline, now + extension);
        }
    }

    /** Everything up to this number may have begun to run. */
    static void started(Member member, long upTo) {
        Holding next = member.numbers.start(upTo);
        while (next != null) {
            if (next instanceof Job job) {
                job.started = true;
            }
            next = member.numbers.start(upTo);
        }
    }

    // ---- failures

    /** The handler failed. */
    void failed(Job job, int delayMillis, String cause, long now) {
        if (job.decided) {
            drop(job);
            return;
        }
        failures.failed(job, delayMillis, cause, now);
    }

    /** A message that somebody held is to be given to somebody else. */
    private void again(Job job, long now) {
        if (job.decided) {
            job.state = Job.State.READY;
            drop(job);
        } else if (backlog.expired(job, now)) {
            job.state = Job.State.READY;
            backlog.bury(job, Death.Reason.EXPIRED, now);
        } else {
            backlog.ready(job);
        }
    }

    /** The member is lost: what it held goes to others. It may have died of what it had started. */
    void lost(Member member, long now) {
        clearOutbox(member, now);
        takeAll(member, job -> lost(job, member, now));
    }

    /** Takes away all that a member holds. */
    private static void takeAll(Member member, Consumer<Job> taken) {
        member.numbers.forEach(holding -> {
            member.numbers.remove(holding);
            if (holding instanceof Job job) {
                member.release(job);
                taken.accept(job);
            }
        });
    }

    private void lost(Job job, Member member, long now) {
        if (job.decided) {
            again(job, now);
            return;
        }
        table.contest(job);
        job.redelivered = true;
        if (job.started) {
            if (failures.died(job, member.key.peer().id().toString(), now)) {
                return;
            }
            member.mourned.add(job.lsn);
        }
        again(job, now);
    }

    /** The member is back: it had not died. */
    void alive(Member member) {
        for (long lsn : member.mourned) {
            Job job = table.contested(lsn);
            if (job != null && job.deaths > 0) {
                boolean wasAlone = job.alone();
                failures.revived(job);
                if (wasAlone && !job.alone() && job.state == Job.State.READY) {
                    backlog.ready(job);
                }
            }
        }
        member.mourned.clear();
    }

    /**
     * The member is back: what it says that it has is leased to it anew, the rest goes to others.
     *
     * @param has ids that it executed or runs; those found are taken out
     * @param again where messages go that it keeps
     */
    void resumed(Member member, Set<Long> has, Collection<Job> again, long now) {
        clearOutbox(member, now);
        takeAll(member, job -> {
            contest(job); // word that it began there, and failed, may have been lost with the link
            if (has.remove(job.lsn)) {
                again.add(job);
            } else {
                again(job, now);
            }
        });
    }

    private void contest(Job job) {
        if (!job.decided) {
            table.contest(job);
            job.redelivered = true;
        }
    }

    /** What was never sent goes to others. */
    void clearOutbox(Member member, long now) {
        while (!member.outbox.isEmpty()) {
            Job job = member.recallFirst();
            if (job.state == Job.State.SETTLED) {
                table.free(job);
            } else {
                member.release(job);
                again(job, now);
            }
        }
    }

    /** What is held but was not started goes to others; what was started stays, or may run twice. */
    void unstarted(Member member, long now) {
        clearOutbox(member, now);
        member.numbers.forEach(holding -> {
            if (holding instanceof Job job && !job.started) {
                unhold(job, member);
                again(job, now);
            }
        });
    }

    /** The member closed: nothing that it holds will be settled by it. It did not die of it. */
    void closed(Member member, long now) {
        unstarted(member, now);
        takeAll(member, job -> {
            failures.dropped(job);
            contest(job);
            again(job, now);
        });
    }

    /** A lease ran out while the link stands. */
    void ranOut(Job job, Member member, long now) {
        member.numbers.takeAway(job);
        member.release(job);
        contest(job);
        if (job.started) {
            failed(job, 0, "its lease ran out while it ran", now);
        } else {
            again(job, now);
        }
        listener.happened(Happening.HANDLER_TIMEOUT, 1, "lease of message " + job.lsn + " ran out");
    }

    /** A message whose time has come. When the last run of it still hangs and nobody has a slot, that is a failure again. */
    void due(Job job, Stuck stuck, long now) {
        if (stuck == Stuck.YES && job.lastCause.startsWith(TIMEOUT)) {
            failed(job, 0, job.lastCause, now);
        } else {
            backlog.ready(job);
        }
    }

    /** Whether all members hang. */
    enum Stuck {
        NO,
        YES
    }
}
