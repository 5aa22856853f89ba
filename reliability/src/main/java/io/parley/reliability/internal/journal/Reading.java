package io.parley.reliability.internal.journal;

import io.parley.core.log.Damage;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks records up in a log's files. A file that nobody read lately is read and checked first, and not under the log's lock:
 * others go on meanwhile. Who wants it reads it or, where there is a {@link BackgroundReader} and that is asked before, it
 * does. Any thread.
 */
public final class Reading {
    private final JournalLog log;
    private final FileChain chain;
    private final List<Damage> damages;
    private volatile boolean sound;
    private volatile @Nullable BackgroundReader background;
    private volatile Consumer<List<Damage>> onDamage = news -> {};

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

    /** From now on files that nobody read lately are read by others, for who asks {@link JournalLog#ready} first. */
    public void by(BackgroundReader reader) {
        background = reader;
    }

    /** Whom to tell, on whichever thread reads, of damage that was not known when the log was opened. */
    public void onDamage(Consumer<List<Damage>> listener) {
        onDamage = listener;
    }

    /** The records at or behind this lsn, if readers may see it. */
    @Nullable Segment segment(long lsn) {
        JournalFile file = file(lsn);
        return file == null ? null : from(file, lsn);
    }

    private @Nullable JournalFile file(long lsn) {
        synchronized (log) {
            return log.visibleFile(lsn);
        }
    }

    /** The records at or behind this lsn, in this file or a later one, if readers may see them. */
    private @Nullable Segment from(JournalFile first, long lsn) {
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
            return chain.isKnown(file);
        }
    }

    /** Whether {@link #segment} reads no file; else that file is read in the background. */
    boolean ready(long lsn) {
        BackgroundReader by = background;
        JournalFile file = by == null ? null : file(lsn);
        if (by == null || file == null || knows(file)) {
            return true;
        }
        by.read(file);
        return false;
    }

    /** The records behind a group. Who goes on to another file will want the one behind that. */
    @Nullable Segment behind(JournalFile file, long lsn) {
        BackgroundReader by = background;
        JournalFile soon = by == null ? null : soonAfter(file, lsn);
        if (by != null && soon != null) {
            by.read(soon);
        }
        return from(file, lsn);
    }

    private @Nullable JournalFile soonAfter(JournalFile file, long lsn) {
        synchronized (log) {
            JournalFile next = lsn < file.extent().endLsn() ? null : chain.after(file);
            JournalFile soon = next == null ? null : chain.after(next);
            return soon == null || soon.known() ? null : soon;
        }
    }

    long epochAt(long lsn) {
        synchronized (log) {
            JournalFile file = log.visibleFile(lsn);
            if (file != null && file.extent().firstEpoch() == file.extent().lastEpoch()) {
                return file.extent().lastEpoch();
            }
        }
        Segment in = segment(lsn);
        return in == null ? -1 : in.epoch();
    }

    long since(long time) {
        JournalFile file;
        synchronized (log) {
            file = chain.since(time);
        }
        if (file == null) {
            return log.endLsn();
        }
        Segment s = segment(Math.max(log.firstLsn(), file.extent().firstLsn()));
        for (; s != null; s = s.next()) {
            int at = s.start();
            for (int i = 0; i < Segment.count(s.visible()); i++) {
                if (Record.time(s.buffer(), at) >= time) {
                    return s.firstLsn() + i;
                }
                at += Record.length(s.buffer(), at);
            }
        }
        return log.endLsn();
    }

    /** Keeps what was found in a file. */
    void learn(JournalFile file, SegmentScan scan) {
        List<Damage> news;
        synchronized (log) {
            news = file.know(scan);
            damages.addAll(news);
            damages.sort(Comparator.comparingLong(Damage::fromLsn));
            sound = damages.isEmpty();
        }
        if (!news.isEmpty()) {
            onDamage.accept(news);
        }
    }

    /** One more record is not needed. A file in which lsns are missing is read first: which ones they are is seen there alone. */
    void settle(long lsn) {
        JournalFile unknown = settleWhereKnown(lsn);
        if (unknown != null) {
            learn(unknown, unknown.read());
            settleWhereKnown(lsn);
        }
    }

    /** Returns the file that must be read before; null when it is done. */
    private @Nullable JournalFile settleWhereKnown(long lsn) {
        synchronized (log) {
            JournalFile file = log.visibleFile(lsn);
            if (file == null) {
                return null;
            }
            if (!file.extent().isDense() && !chain.isKnown(file)) {
                return file;
            }
            if (file.holds(lsn)) {
                chain.settle(file, 1);
            }
            return null;
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
