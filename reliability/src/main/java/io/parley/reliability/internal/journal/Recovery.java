package io.parley.reliability.internal.journal;

import io.parley.core.log.Record;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What an earlier run left of a log: reads all of its files, keeps every record that is sound, cuts what a crash tore, and
 * copies a file that is damaged to {@code quarantine/} before anything else happens to it.
 */
public final class Recovery {
    private static final String QUARANTINE = "quarantine/";

    private record Found(long number, String name, Storage.File file, SegmentScan scan) {}

    private final Storage storage;
    private final JournalFiles names;
    private final List<Found> found = new ArrayList<>();
    private final List<SegmentScan.Damage> damages = new ArrayList<>();
    private long nextLsn = 1;
    private boolean torn;

    /**
     * Reads a log.
     *
     * @param name of the log; no other log's name followed by a dot may begin so
     */
    public Recovery(Storage storage, String name) {
        this.storage = storage;
        names = new JournalFiles(storage, name);
        List<Long> numbers = names.find();
        List<Storage.File> files = new ArrayList<>();
        long known = 0;
        for (long number : numbers) {
            Storage.File file = storage.open(names.name(number));
            files.add(file);
            known = Math.max(known, SegmentScan.knownForced(file.view(), number));
        }
        long epoch = 0;
        for (int i = 0; i < files.size(); i++) {
            if (cut(known)) {
                names.discard(numbers.get(i), files.get(i));
                continue;
            }
            epoch = scan(numbers.get(i), files.get(i), new Before(epoch, known));
        }
    }

    /** A file that was torn is the last: what a later one holds had not been forced either, and would leave a hole. */
    private boolean cut(long known) {
        SegmentScan last = found.isEmpty() ? null : found.get(found.size() - 1).scan;
        boolean cut = last != null && !last.ended() && last.damages().isEmpty() && nextLsn >= known;
        torn |= cut;
        return cut;
    }

    private record Before(long epoch, long known) {}

    private long scan(long number, Storage.File file, Before before) {
        SegmentScan scan = new SegmentScan(file.view(), number, before.epoch, nextLsn);
        scan.scan(before.known);
        if (!scan.damages().isEmpty()) {
            quarantine(names.name(number), file);
        }
        damages.addAll(scan.damages());
        torn |= scan.torn();
        nextLsn = scan.nextLsn();
        found.add(new Found(number, names.name(number), file, scan));
        return scan.epoch();
    }

    private void quarantine(String name, Storage.File file) {
        ByteBuffer bytes = file.view();
        Storage.File copy = storage.create(QUARANTINE + name, bytes.capacity());
        copy.write(bytes, 0);
        copy.force();
        copy.close();
    }

    /** Gives a log its files, forced. */
    List<JournalFile> into(JournalLog log) {
        List<JournalFile> files = new ArrayList<>();
        for (Found one : found) {
            JournalFile file = new JournalFile(log, one.number, one.name, one.file);
            one.scan.runs().forEach(file::show);
            // behind the mark that ends a file nothing would be found again
            file.end = one.scan.ended() ? one.file.size() : one.scan.end();
            boolean last = one.number == found.get(found.size() - 1).number;
            if (file.isEmpty() && !last) {
                names.recycle(file);
            } else {
                one.file.force();
                files.add(file);
            }
        }
        storage.forceDirectory();
        return files;
    }

    boolean expiring() {
        for (Found one : found) {
            ByteBuffer bytes = one.file.view();
            for (SegmentScan.Run run : one.scan.runs()) {
                for (int at = run.at(); at < run.end(); at += Record.length(bytes, at)) {
                    if ((Record.flags(bytes, at) & Record.EXPIRY) != 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    JournalFiles names() {
        return names;
    }

    /** The number of the last file; 0 when there is none. */
    long lastNumber() {
        return names.lastNumber();
    }

    /** The lsn that comes next. */
    long nextLsn() {
        return nextLsn;
    }

    /** What was forced, and cannot be read any more. */
    public List<SegmentScan.Damage> damages() {
        return damages;
    }

    /** Whether something was cut that had not been forced. */
    public boolean torn() {
        return torn;
    }
}
