package io.parley.reliability.internal.journal;

import io.parley.core.log.Damage;
import io.parley.core.log.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks records up in a log's files. A file that nobody read lately is read and checked first, and not under the log's lock:
 * others go on meanwhile. Any thread.
 */
final class Reading {
    private final JournalLog log;
    private final FileChain chain;
    private final List<Damage> damages;
    private volatile boolean sound;

    /**
     * Of one log.
     *
     * @param chain its files, guarded by the log
     * @param found damage that is known of
     */
    Reading(JournalLog log, FileChain chain, List<Damage> found) {
        this.log = log;
        this.chain = chain;
        damages = new ArrayList<>(found);
        sound = damages.isEmpty();
    }

    /** The records at or behind this lsn, in this file or a later one, if readers may see them. */
    @Nullable Segment from(JournalFile first, long lsn) {
        JournalFile unknown = first;
        while (unknown != null) {
            JournalFile start = unknown;
            if (!knows(start)) {
                learn(start, start.read());
            }
            unknown = null;
            synchronized (log) {
                for (JournalFile file = start; file != null && unknown == null; file = chain.after(file)) {
                    JournalFile.View view = chain.view(file, lsn);
                    if (view != null) {
                        return view.firstLsn() < log.visibleEnd() ? view : null;
                    }
                    unknown = file.known() ? null : file;
                }
            }
        }
        return null;
    }

    private boolean knows(JournalFile file) {
        synchronized (log) {
            return file.known();
        }
    }

    private void learn(JournalFile file, SegmentScan scan) {
        synchronized (log) {
            damages.addAll(file.know(scan));
            damages.sort(Comparator.comparingLong(Damage::fromLsn));
            sound = damages.isEmpty();
        }
    }

    /** The first of it that ends at this lsn or behind it. Asked often, and mostly in vain. */
    @Nullable Damage damage(long lsn) {
        if (sound) {
            return null;
        }
        synchronized (log) {
            return damages.stream().filter(d -> d.toLsn() >= lsn).findFirst().orElse(null);
        }
    }

    /** What was forced and cannot be read any more, as far as it was noticed. */
    List<Damage> damages() {
        synchronized (log) {
            return List.copyOf(damages);
        }
    }
}
