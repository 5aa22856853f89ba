package io.parley.reliability.internal.journal;

import io.parley.core.log.Damage;
import io.parley.core.spi.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier run left of a log. Files that are sealed, and of which a later one says that they were forced, are not read
 * but for their seals: damage in them is found when somebody reads them. Of the others every record is kept that is sound,
 * and what a crash tore is cut.
 *
 * <pre>
 *   sealed ── sealed ── sealed ── sealed, or not ── the last
 *   └ forced, says a later file ┘ └ read whole, from the last back to the first that is known as forced
 * </pre>
 *
 * Making one only reads; {@link #into} makes the files what they were found to be.
 */
public final class Recovery {
    /**
     * A file, and what is in it.
     *
     * @param number of the segment
     * @param file itself
     * @param extent the sum of its records
     * @param scan where its groups are; null when only its seal was read
     * @param sealed whether it has a seal
     */
    record Found(
            long number,
            Storage.File file,
            Extent extent,
            @Nullable SegmentScan scan,
            boolean sealed) {
        /** Where its groups are, read now when that was not done yet. */
        SegmentScan read() {
            if (scan != null) {
                return scan;
            }
            SegmentBytes bytes = SegmentBytes.of(file.view(), number);
            return new SegmentScan(bytes, extent.firstEpoch(), extent.firstLsn()).scan(extent.endLsn());
        }
    }

    private final JournalFiles names;
    private final List<Long> numbers;
    private final List<Storage.File> files = new ArrayList<>();
    private final List<@Nullable Extent> seals = new ArrayList<>();
    private final Map<Integer, SegmentBytes> bytes = new HashMap<>();
    private final List<Found> found = new ArrayList<>();
    private final List<Found> cut = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private long known;
    private long epoch;
    private long nextLsn = 1;
    private long outputs;
    private boolean torn;

    /** Reads a log whose files have no other limit than its own. */
    public Recovery(Storage storage, String name) {
        this(storage, new DiskBudget(DiskBudget.UNLIMITED), name);
    }

    /**
     * Reads a log.
     *
     * @param budget that it shares with the other logs of the directory
     * @param name of the log; no other log's name followed by a dot may begin so
     */
    public Recovery(Storage storage, DiskBudget budget, String name) {
        names = new JournalFiles(storage, budget, name);
        numbers = names.find();
        for (long number : numbers) {
            Storage.File file = names.open(number);
            files.add(file);
            seals.add(Seal.read(file, number));
        }
        int forced = forcedFiles();
        for (int i = 0; i < files.size(); i++) {
            look(i, i < forced);
        }
    }

    /** How many files, from the first, a later one says were forced; on the way there it finds out what is known as forced. */
    private int forcedFiles() {
        int i = files.size() - 1;
        for (; i >= 0; i--) {
            Extent seal = seals.get(i);
            if (seal != null && seal.endLsn() <= known) {
                break;
            }
            known = Math.max(known, SegmentScan.knownForced(bytes(i)));
        }
        return i + 1;
    }

    private SegmentBytes bytes(int i) {
        return bytes.computeIfAbsent(i, n -> SegmentBytes.of(files.get(n).view(), numbers.get(n)));
    }

    private void look(int i, boolean forced) {
        Extent seal = seals.get(i);
        if (cutsWhatFollows()) {
            torn = true;
            cut.add(new Found(numbers.get(i), files.get(i), Extent.NONE, null, false));
        } else if (forced && seal != null) {
            found.add(new Found(numbers.get(i), files.get(i), seal, null, true));
            nextLsn = seal.endLsn();
            epoch = seal.lastEpoch();
        } else {
            scan(i);
        }
    }

    /** A file that was torn is the last: what a later one holds had not been forced either, and would leave a hole. */
    private boolean cutsWhatFollows() {
        SegmentScan last = found.isEmpty() ? null : found.get(found.size() - 1).scan;
        return last != null && !last.ended() && last.damages().isEmpty() && nextLsn >= known;
    }

    private void scan(int i) {
        SegmentScan scan = new SegmentScan(bytes(i), epoch, nextLsn);
        Extent seal = seals.get(i);
        long limit = seal == null ? firstBehind(i) : Math.min(firstBehind(i), seal.endLsn());
        scan.scan(Math.min(known, limit));
        damages.addAll(scan.damages());
        torn |= scan.torn() && scan.nextLsn() >= known;
        nextLsn = scan.nextLsn();
        epoch = scan.epoch();
        outputs = Math.max(outputs, scan.outputs());
        found.add(new Found(numbers.get(i), files.get(i), scan.extent(), scan, seal != null));
    }

    /** The first lsn of the files behind this one: no record of this one is missing from there on. */
    private long firstBehind(int i) {
        for (int next = i + 1; next < files.size(); next++) {
            Extent seal = seals.get(next);
            long first = seal == null ? SegmentScan.firstLsn(bytes(next)) : seal.firstLsn();
            if (first > 0) {
                return first;
            }
        }
        return Long.MAX_VALUE;
    }

    /** Gives a log its files, forced, each but the last with its seal. What was damaged is copied before it is changed. */
    List<JournalFile> into(JournalLog log) {
        List<JournalFile> into = new ArrayList<>();
        cut.forEach(f -> names.discard(f.number, f.file));
        for (Found one : found) {
            boolean last = one.number == found.get(found.size() - 1).number;
            if (one.scan != null && !one.scan.damages().isEmpty()) {
                names.quarantine(one.number, one.file);
            }
            if (one.extent.isEmpty() && !last) {
                names.discard(one.number, one.file);
                continue;
            }
            if (one.scan != null) {
                if (!one.sealed && (!last || one.scan.ended()) && Seal.fits(one.file, one.scan.end())) {
                    one.file.write(Seal.of(one.number, one.extent), Seal.at(one.file));
                }
                one.file.force();
            }
            if (!last) {
                one.file.close();
            }
            into.add(JournalFile.found(log, names.name(one.number), one));
        }
        names.takeOver(into.stream().map(f -> f.file).toList());
        names.forceDirectory();
        return into;
    }

    JournalFiles names() {
        return names;
    }

    /** The files, oldest first, but for those that are to be cut. */
    List<Found> found() {
        return found;
    }

    /** The files that are to be cut. */
    List<Found> cut() {
        return cut;
    }

    /** The number of the last file; 0 when there is none. */
    long lastNumber() {
        return names.lastNumber();
    }

    /** The lsn that comes next. */
    long nextLsn() {
        return nextLsn;
    }

    /** The number of the last output of a transaction that is there. */
    long outputs() {
        return outputs;
    }

    /** What was forced, and was seen to be unreadable by now. */
    public List<Damage> damages() {
        return damages;
    }

    /** Whether something is cut that had not been forced. */
    public boolean torn() {
        return torn;
    }
}
