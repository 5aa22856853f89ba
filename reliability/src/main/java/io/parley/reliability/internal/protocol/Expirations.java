package io.parley.reliability.internal.protocol;

import java.util.HashMap;
import java.util.Map;

/** Messages that expired for a reader before they were complete, and whether another one processed them all the same. */
final class Expirations {
    private final Map<Long, Boolean> processed = new HashMap<>();

    void add(long lsn) {
        processed.putIfAbsent(lsn, Boolean.FALSE);
    }

    void processed(long lsn) {
        if (!processed.isEmpty()) {
            processed.computeIfPresent(lsn, (l, p) -> Boolean.TRUE);
        }
    }

    /** Whether this message, which is complete now, expired for all who wanted it. Forgets it. */
    boolean unprocessed(long lsn) {
        return !processed.isEmpty() && Boolean.FALSE.equals(processed.remove(lsn));
    }
}
