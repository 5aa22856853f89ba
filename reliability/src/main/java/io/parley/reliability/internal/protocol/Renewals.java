package io.parley.reliability.internal.protocol;

import io.parley.core.spi.InletSession.AckPort;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Renew;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** When a member says that it still holds what it holds: three times within a lease. */
final class Renewals {
    /** A lease that leaves less is renewed as if it left so much: else whoever gives such leases keeps our loop busy. */
    private static final int LEAST_MILLIS = 100;

    private int leaseMillis = LEAST_MILLIS;
    private long due = Long.MAX_VALUE;
    private @Nullable Lease arriving;

    /** Messages came under leases that last so long. */
    void leased(int millis, long now) {
        leaseMillis = Math.max(leaseMillis, millis);
        due = Math.min(due, now + period());
    }

    /** A message comes in parts, and is held from the first on. */
    void arriving(Lease lease, long now) {
        if (arriving == null) {
            leased(lease.millisLeft(), now);
        }
        arriving = lease;
    }

    /** All of it is here, or no more of it comes. */
    void arrived() {
        arriving = null;
    }

    private long period() {
        return TimeUnit.MILLISECONDS.toNanos(leaseMillis) / 3;
    }

    /** Renews what is due; returns when to look again. */
    long turn(long now, boolean holds, AckPort out, Supplier<List<Long>> leases) {
        Lease half = arriving;
        if (!holds && half == null) {
            due = Long.MAX_VALUE;
            return due;
        }
        if (now >= due) {
            List<Long> all = new ArrayList<>(leases.get());
            if (half != null) {
                all.add(half.number());
            }
            for (int from = 0; from < all.size(); from += Renew.MAX_LEASES) {
                out.renew(all.subList(from, Math.min(all.size(), from + Renew.MAX_LEASES)), leaseMillis);
            }
            due = now + period();
        }
        due = Math.min(due, now + period());
        return due;
    }
}
