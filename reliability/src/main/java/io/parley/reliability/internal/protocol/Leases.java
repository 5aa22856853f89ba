package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Happening;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Clock;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.OutletListener;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of leased messages. The first DONE wins, from whichever lease; anything else counts from the current lease
 * only. Failures of the handler are attempts, holders that died while it ran are deaths; an end of the link, of the session
 * or of a lease that was not started is neither.
 */
final class Leases {
    /** What the cause of a RETRY begins with when the handler took too long: it may still hang, and hold its slot. */
    static final String TIMEOUT = "HANDLER_TIMEOUT";

    private static final double JITTER = 0.2;
    private static final long NEVER = Long.MIN_VALUE;
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(500);

    private final JobTable table;
    private final Backlog backlog;
    private final OutletListener listener;
    private final RetryPolicy retry;
    private final Entropy entropy;
    private final long leaseNanos;
    private final Settlements settlements;
    private long deadLetters;
    private long nextSweep = NEVER;

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
        this.entropy = entropy;
        retry = settings.retry();
        leaseNanos = Clock.span(settings.lease());
    }

    long leaseNanos() {
        return leaseNanos;
    }

    long deadLetters() {
        return deadLetters;
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
                done(done, member.key.peer().id());
            }
            return true;
        }
        if (!current || job == null) {
            return false;
        }
        switch (item.outcome()) {
            case RETRY -> {
                unhold(job, member);
                failed(job, item.delayMillis(), item.cause(), now);
            }
            case DEAD -> {
                settled(job, member);
                job.attempts++;
                dead(job, item.cause());
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

    private void done(Job job, NodeId by) {
        long lsn = job.lsn;
        Member holder = job.member;
        if (holder != null) {
            release(job, holder);
        }
        backlog.settle(job, Ledger.End.DONE);
        listener.processedBy(lsn, by);
        listener.completed(lsn);
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
        job.attempts++;
        job.redelivered = true;
        job.lastCause = cause;
        if (job.attempts >= retry.maxAttempts()) {
            dead(job, cause);
            return;
        }
        long pause = delayMillis > 0
                ? TimeUnit.MILLISECONDS.toNanos(delayMillis)
                : (long) (retry.pauseNanos(job.attempts) * entropy.jitter(JITTER));
        settlements.counted(job);
        backlog.later(job, now + pause);
    }

    private void dead(Job job, String cause) {
        ByteBuffer bytes = job.in().buffer().duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        bytes.position(job.offset).limit(job.offset + job.length);
        deadLetters++;
        listener.dead(new DeadRecord(job.epoch, bytes, job.attempts, job.deaths, cause));
        job.state = Job.State.READY;
        backlog.settle(job, Ledger.End.DEAD);
    }

    /** A message that somebody held is to be given to somebody else. */
    private void again(Job job, long now) {
        if (backlog.expired(job, now)) {
            long lsn = job.lsn;
            job.state = Job.State.READY;
            backlog.settle(job, Ledger.End.EXPIRED);
            listener.expired(lsn);
        } else {
            backlog.ready(job);
        }
    }

    /** The member is lost: what it held goes to others. It may have died of what it had started. */
    void lost(Member member, long now) {
        clearOutbox(member, now);
        Holding next = member.numbers.first();
        while (next != null) {
            Holding holding = next;
            next = holding.next();
            member.numbers.remove(holding);
            if (holding instanceof Job job) {
                member.release(job);
                lost(job, member, now);
            }
        }
    }

    private void lost(Job job, Member member, long now) {
        table.contest(job);
        job.redelivered = true;
        if (job.started) {
            job.deaths++;
            job.lastCause = "its holder " + member.key.peer().id() + " died while it ran";
            if (job.deaths >= retry.maxDeaths()) {
                dead(job, job.lastCause);
                return;
            }
            member.mourned.add(job.lsn);
            settlements.counted(job);
        }
        again(job, now);
    }

    /** The member is back: it had not died. */
    void alive(Member member) {
        for (long lsn : member.mourned) {
            Job job = table.contested(lsn);
            if (job != null && job.deaths > 0) {
                boolean wasAlone = job.alone();
                job.deaths--;
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
        Holding next = member.numbers.first();
        while (next != null) {
            Holding holding = next;
            next = holding.next();
            member.numbers.remove(holding);
            if (holding instanceof Job job) {
                member.release(job);
                table.contest(job);
                job.redelivered = true; // word that it began there, and failed, may have been lost with the link
                if (has.remove(job.lsn)) {
                    again.add(job);
                } else {
                    again(job, now);
                }
            }
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
        Holding next = member.numbers.first();
        while (next != null) {
            Holding holding = next;
            next = holding.next();
            if (holding instanceof Job job && !job.started) {
                member.numbers.remove(job);
                member.release(job);
                again(job, now);
            }
        }
    }

    /** The member closed: nothing that it holds will be settled by it. It did not die of it. */
    void closed(Member member, long now) {
        unstarted(member, now);
        Holding next = member.numbers.first();
        while (next != null) {
            Holding holding = next;
            next = holding.next();
            member.numbers.remove(holding);
            if (holding instanceof Job job) {
                member.release(job);
                table.contest(job);
                job.redelivered = true;
                again(job, now);
            }
        }
    }

    /** Takes away leases that ran out while the link stands. Returns when to look again. */
    long sweep(Collection<Member> members, long now) {
        if (table.size() == 0) {
            nextSweep = NEVER;
            return Long.MAX_VALUE;
        }
        long period = Math.max(1, leaseNanos / 10);
        if (nextSweep == NEVER) {
            nextSweep = now + period;
        }
        if (now < nextSweep) {
            return nextSweep;
        }
        long late = now - nextSweep;
        nextSweep = now + period;
        for (Member member : members) {
            if (member.attached()) {
                sweep(member, now, late > LATE ? late : 0);
            }
        }
        return nextSweep;
    }

    /** While our own loop was away, nobody's renewal was read. */
    private void sweep(Member member, long now, long late) {
        Holding next = member.numbers.first();
        while (next != null) {
            Holding holding = next;
            next = holding.next();
            if (holding instanceof Job job) {
                job.deadline += late;
                if (job.deadline <= now) {
                    ranOut(job, member, now);
                }
            }
        }
    }

    private void ranOut(Job job, Member member, long now) {
        member.numbers.takeAway(job);
        member.release(job);
        table.contest(job);
        job.redelivered = true;
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
