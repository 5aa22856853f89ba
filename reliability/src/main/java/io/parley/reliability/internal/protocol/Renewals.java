package io.parley.reliability.internal.protocol;

import io.parley.core.spi.InletSession.AckPort;
import io.parley.core.wire.Renew;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** When a member says that it still holds what it holds: three times within a lease. */
final class Renewals {
    /** A lease that leaves less is renewed as if it left so much: else whoever gives such leases keeps our loop busy. */
    private static final int LEAST_MILLIS = 100;

    private int leaseMillis = LEAST_MILLIS;
    private long due = Long.MAX_VALUE;

    /** Messages came under leases that last so long. */
    void leased(int millis, long now) {
        leaseMillis = Math.max(leaseMillis, millis);
        due = Math.min(due, now + period());
    }

    private long period() {
        return TimeUnit.MILLISECONDS.toNanos(leaseMillis) / 3;
    }

    /** Renews what is due; returns when to look again. */
    long turn(long now, boolean holds, AckPort out, Supplier<List<Long>> leases) {
        if (!holds) {
            due = Long.MAX_VALUE;
            return due;
        }
        if (now >= due) {
            List<Long> all = leases.get();
            for (int from = 0; from < all.size(); from += Renew.MAX_LEASES) {
                out.renew(all.subList(from, Math.min(all.size(), from + Renew.MAX_LEASES)), leaseMillis);
            }
            due = now + period();
        }
        due = Math.min(due, now + period());
        return due;
    }
}
