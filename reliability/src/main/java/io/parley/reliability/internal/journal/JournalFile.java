package io.parley.reliability.internal.journal;

import io.parley.core.log.Segment;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of a {@link JournalLog}, and what of it readers see. Guarded by its log. */
final class JournalFile {
    final long number;
    final String name;
    final Storage.File file;
    private final JournalLog log;
    private final ByteBuffer view;
    private final List<View> views = new ArrayList<>();
    private int settled;
    private int pins;
    int end;
    boolean dirty;

    JournalFile(JournalLog log, long number, String name, Storage.File file) {
        this.log = log;
        this.number = number;
        this.name = name;
        this.file = file;
        view = file.view();
    }

    void show(SegmentScan.Run run) {
        views.add(new View(this, run, views.size()));
    }

    boolean isEmpty() {
        return views.isEmpty();
    }

    long firstLsn() {
        return views.get(0).firstLsn();
    }

    long endLsn() {
        return views.get(views.size() - 1).run.endLsn();
    }

    @Nullable View first() {
        return views.isEmpty() ? null : views.get(0);
    }

    /** The first run that ends behind this lsn. */
    View find(long lsn) {
        int low = 0;
        int high = views.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lsn < views.get(middle).run.endLsn()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return views.get(low);
    }

    void settle(int records) {
        settled += records;
    }

    boolean allSettled() {
        return !views.isEmpty()
                && settled >= views.stream().mapToInt(v -> v.run.count()).sum();
    }

    boolean pinned() {
        return pins > 0;
    }

    /** The records of one group, or what is left of them. */
    static final class View extends Segment {
        private final JournalFile file;
        private final SegmentScan.Run run;
        private final int index;

        View(JournalFile file, SegmentScan.Run run, int index) {
            this.file = file;
            this.run = run;
            this.index = index;
        }

        JournalFile file() {
            return file;
        }

        @Override
        public long firstLsn() {
            return run.firstLsn();
        }

        @Override
        public long epoch() {
            return run.epoch();
        }

        @Override
        public int start() {
            return run.at();
        }

        @Override
        public long visible() {
            return visible(run.count(), run.end());
        }

        @Override
        public ByteBuffer buffer() {
            return file.view;
        }

        @Override
        public @Nullable Segment next() {
            synchronized (file.log) {
                int next = index + 1;
                return file.log.follower(next < file.views.size() ? file.views.get(next) : null, file);
            }
        }

        @Override
        protected void pinnedNow() {
            synchronized (file.log) {
                file.pins++;
            }
        }

        @Override
        protected void unpinned() {
            synchronized (file.log) {
                file.pins--;
            }
        }

        @Override
        public String toString() {
            return file.name + " " + run;
        }
    }
}
