package io.parley.reliability.internal.protocol;

import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A session of a member of a queue, at its sender: sends what was assigned to the member, under leases. */
final class MemberSession implements OutletSession {
    private final QueueOutlet outlet;
    private final Member member;

    MemberSession(QueueOutlet outlet, Member member) {
        this.outlet = outlet;
        this.member = member;
    }

    private boolean over() {
        return member.session != this;
    }

    @Override
    public boolean hasMore() {
        return !over() && !member.outbox.isEmpty();
    }

    @Override
    public void fill(FrameFiller frame, long now) {
        if (over()) {
            return;
        }
        long leaseNanos = outlet.leases().leaseNanos();
        int leaseMillis = (int) TimeUnit.NANOSECONDS.toMillis(leaseNanos);
        int sent = 0;
        long epoch = 0;
        while (frame.roomForRecords() > 0 && !member.outbox.isEmpty()) {
            Job job = member.outbox.peekFirst();
            if (job.state == Job.State.SETTLED) {
                member.skipFirst();
                outlet.free(job);
                continue;
            }
            if (sent > 0 && (job.length > frame.roomForBytes() || job.epoch != epoch)) {
                break;
            }
            epoch = job.epoch;
            job.lease(now + leaseNanos);
            member.sent(job, frame.nextNumber());
            frame.leased(job.in(), job.offset, job.offset + job.length, job.line(leaseMillis));
            sent++;
        }
        member.assignedSince = now;
        if (sent > 0) {
            frame.epoch(epoch);
            frame.marks(settledUpTo(), outlet.lowWater());
        }
    }

    /** Everything up to this number is settled; where a lease was taken away, only once the message is. */
    private long settledUpTo() {
        Holding first = member.numbers.first();
        while (first != null && !(first instanceof Job) && outlet.isSettled(first.lsn)) {
            member.numbers.remove(first);
            first = member.numbers.first();
        }
        return first == null ? member.lastNumber() : first.number() - 1;
    }

    @Override
    public void acked(Ack ack, long now) {
        if (!over()) {
            member.grant(ack.credit(), now);
            Leases.started(member, ack.started());
        }
    }

    /** Also after the reader's node said that it drains: what it had started it still ends. */
    @Override
    public void settled(Settle settle, long now) {
        if (over() && !member.draining()) {
            return;
        }
        int worked = 0;
        boolean refused = false;
        List<Settle.Item> items = settle.items();
        for (int i = 0; i < items.size(); i++) {
            Settle.Item item = items.get(i);
            worked += outlet.leases().settle(member, item, now) ? 1 : 0;
            refused |= item.outcome() == Settle.Outcome.RETURNED;
        }
        if (worked > 0) {
            member.worked(worked);
        }
        if (refused) {
            member.refused(now);
        }
    }

    @Override
    public void renewed(Renew renew, long now) {
        for (long lease : renew.leases()) {
            outlet.leases().renew(member, lease, now, renew.extensionMillis());
        }
    }

    @Override
    public void refilter(List<String> filters) {
        // members of a queue have no filters
    }

    @Override
    public void ended(Ending ending, long now) {
        if (!over()) {
            outlet.ended(member, ending, now);
        }
    }
}
