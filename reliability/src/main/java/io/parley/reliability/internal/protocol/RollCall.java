package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Ledger;
import io.parley.core.wire.Position;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which members a queue had when its sender's last run ended. They may run messages, or have done them, of which that run had
 * not heard, or had not written down: so these are given to nobody else before all of them are back, or a while has passed.
 */
final class RollCall {
    /** No node that lost a link waits longer before it dials again. */
    static final long PATIENCE = Duration.ofSeconds(3).toNanos();

    private final @Nullable Ledger ledger;
    private final Position since;
    private final Set<String> here = new HashSet<>();
    private final Set<String> missing = new HashSet<>();
    private long over = Long.MAX_VALUE;

    RollCall(Origin origin) {
        ledger = origin.ledger();
        since = new Position(origin.epoch(), 0);
    }

    /** An entry of an earlier run. */
    void replay(Ledger.Entry entry) {
        if (entry instanceof Ledger.Cursor cursor) {
            missing.add(cursor.reader());
        } else if (entry instanceof Ledger.Forgotten forgotten) {
            missing.remove(forgotten.reader());
        }
    }

    private static String name(Member.Key key) {
        return key.peer().id() + "/" + key.reader();
    }

    /** A member is here. */
    void came(Member.Key key) {
        Ledger to = ledger;
        String name = name(key);
        missing.remove(name);
        if (to != null && here.add(name)) {
            to.append(new Ledger.Cursor(name, since));
        }
    }

    /** A member has left, or is lost: what it had goes to others anyway. */
    void left(Member.Key key) {
        Ledger to = ledger;
        String name = name(key);
        if (to != null && here.remove(name)) {
            to.append(new Ledger.Forgotten(name));
        }
    }

    /** Notes the time. Returns when nobody is waited for any more, at the latest. */
    long turn(long now) {
        if (over == Long.MAX_VALUE) {
            over = now + PATIENCE;
        }
        if (now >= over && !missing.isEmpty()) {
            missing.forEach(name -> {
                if (ledger != null) {
                    ledger.append(new Ledger.Forgotten(name));
                }
            });
            missing.clear();
        }
        return missing.isEmpty() ? Long.MAX_VALUE : over;
    }

    /** Whether somebody is missing. */
    boolean isOpen() {
        return !missing.isEmpty();
    }
}
