package io.parley.reliability.internal.journal;

import io.parley.core.log.Damage;
import io.parley.core.log.Segment;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of a {@link JournalLog}, and what of it readers see. Of a file that nobody reads only the sum is known; where each
 * group stands is found when somebody does. Guarded by its log, but for {@link #read}.
 *
 * <pre>
 *   written, its groups known ──full──▶ sealed, known ──others are read──▶ sealed, its sum known ──read again──▶ sealed, known
 * </pre>
 */
final class JournalFile {
    final long number;
    final Storage.File file;
    private final JournalLog log;
    private String name;
    private Extent extent = Extent.NONE;
    private @Nullable Runs runs = new Runs();
    private volatile @Nullable ByteBuffer view;
    private @Nullable View last;
    private int settled;
    private int pins;
    private boolean reported;
    private boolean evidence;
    private volatile boolean retired;
    int end;
    boolean dirty;

    JournalFile(JournalLog log, long number, String name, Storage.File file) {
        this.log = log;
        this.number = number;
        this.name = name;
        this.file = file;
    }

    /** A file of an earlier run. */
    static JournalFile found(JournalLog log, String name, Recovery.Found found) {
        JournalFile made = new JournalFile(log, found.number(), name, found.file());
        SegmentScan scan = found.scan();
        made.extent = found.extent();
        made.runs = scan == null ? null : scan.runs();
        made.view = scan == null ? null : scan.bytes();
        made.reported = scan != null && !scan.damages().isEmpty();
        // behind the mark that ends a file nothing would be found again
        made.end = scan == null || scan.ended() ? found.file().size() : scan.end();
        return made;
    }

    String name() {
        return name;
    }

    Extent extent() {
        return extent;
    }

    /** A group was written. */
    void show(Run run, Extent of) {
        Runs known = runs;
        if (known == null) {
            throw new IllegalStateException(name + " is written, and it is not known where its groups stand");
        }
        known.add(run);
        extent = extent.plus(of);
    }

    boolean isEmpty() {
        return extent.isEmpty();
    }

    /** Whether it is known where its groups stand, or not of interest any more. */
    boolean known() {
        return runs != null || retired;
    }

    /**
     * Finds its groups, and checks each. Only of a sealed file, and without the log's lock: it reads all of it.
     *
     * @return what was found
     */
    SegmentScan read() {
        SegmentBytes bytes = SegmentBytes.of(file.view(), number);
        view = bytes.bytes();
        return new SegmentScan(bytes, extent.firstEpoch(), extent.firstLsn()).scan(extent.endLsn());
    }

    /** Keeps what was found; returns damage that was not known before. */
    List<Damage> know(SegmentScan scan) {
        runs = scan.runs();
        boolean news = !reported && !scan.damages().isEmpty();
        reported |= news;
        evidence |= news;
        return news ? scan.damages() : List.of();
    }

    /** Nobody reads it for now. */
    void forget() {
        runs = null;
        last = null;
    }

    /** The first run that ends behind this lsn; null when there is none. Only while its groups are known. */
    @Nullable View find(long lsn) {
        Runs known = runs;
        View before = last; // readers look at one group many times
        if (before != null && lsn >= before.run.firstLsn() && lsn < before.run.endLsn()) {
            return before;
        }
        int i = known == null ? 0 : known.find(lsn);
        if (known == null || i == known.size()) {
            return null;
        }
        ByteBuffer bytes = view;
        if (bytes == null) {
            bytes = file.view();
            view = bytes;
        }
        View found = new View(this, bytes, known.get(i));
        last = found;
        return found;
    }

    /** Whether this lsn is one of those that its extent counts. Where some are missing there, only while its groups are known. */
    boolean holds(long lsn) {
        if (extent.isDense()) {
            return lsn >= extent.firstLsn() && lsn < extent.endLsn();
        }
        View in = find(lsn);
        return in != null && lsn >= in.firstLsn();
    }

    void settle(int records) {
        settled += records;
    }

    boolean allSettled() {
        return !extent.isEmpty() && settled >= extent.count();
    }

    boolean pinned() {
        return pins > 0;
    }

    /** Whether damage was found in it of which there is no copy. */
    boolean isEvidence() {
        return evidence;
    }

    boolean isRetired() {
        return retired;
    }

    /** It was let go of: who stands in it finds its place anew. */
    void retire() {
        retired = true;
        forget();
    }

    /** The records of one group, or what is left of them. */
    static final class View extends Segment {
        private final JournalFile file;
        private final ByteBuffer bytes;
        private final Run run;

        View(JournalFile file, ByteBuffer bytes, Run run) {
            this.file = file;
            this.bytes = bytes;
            this.run = run;
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
            return bytes;
        }

        @Override
        public @Nullable Segment next() {
            return file.log.reading().behind(file, run.endLsn());
        }

        @Override
        public boolean gone() {
            return file.retired;
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
