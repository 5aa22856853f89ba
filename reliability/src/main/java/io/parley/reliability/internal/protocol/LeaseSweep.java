package io.parley.reliability.internal.protocol;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** Looks now and then for leases that ran out. */
final class LeaseSweep {
    private static final long NEVER = Long.MIN_VALUE;
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(500);

    private final Leases leases;
    private final JobTable table;
    private long next = NEVER;

    LeaseSweep(Leases leases, JobTable table) {
        this.leases = leases;
        this.table = table;
    }

    /** Takes away leases that ran out while the link stands. Returns when to look again. */
    long turn(Collection<Member> members, long now) {
        if (table.size() == 0) {
            next = NEVER;
            return Long.MAX_VALUE;
        }
        long period = Math.max(1, leases.leaseNanos() / 10);
        if (next == NEVER) {
            next = now + period;
        }
        if (now < next) {
            return next;
        }
        long late = now - next;
        next = now + period;
        for (Member member : members) {
            if (member.attached()) {
                sweep(member, now, late > LATE ? late : 0);
            }
        }
        return next;
    }

    /** While our own loop was away, nobody's renewal was read. */
    private void sweep(Member member, long now, long late) {
        member.numbers.forEach(holding -> {
            if (holding instanceof Job job) {
                job.deadline += late;
                if (job.deadline <= now) {
                    leases.ranOut(job, member, now);
                }
            }
        });
    }
}
