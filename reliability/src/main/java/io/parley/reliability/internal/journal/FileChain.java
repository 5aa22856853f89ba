package io.parley.reliability.internal.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log, oldest first, and those that were let go of while frames refer to them. Of the files before the last
 * only those read lately are known group by group. Guarded by its log.
 */
final class FileChain {
    /** How many files before the last are known group by group: two for each of a few readers, which move file by file. */
    private static final int KNOWN = 16;

    private final ArrayList<JournalFile> files = new ArrayList<>();
    private final List<JournalFile> retired = new ArrayList<>();
    private final ArrayDeque<JournalFile> known = new ArrayDeque<>();
    private volatile boolean letGo;
    private long bytes;
    private long firstLsn;

    /** The files of an earlier run. */
    FileChain(List<JournalFile> found, long nextLsn) {
        found.forEach(this::add);
        firstLsn = files.isEmpty() || files.get(0).isEmpty()
                ? nextLsn
                : files.get(0).extent().firstLsn();
    }

    /** A new file, or one that is known by its groups now. */
    void add(JournalFile file) {
        JournalFile before = last();
        files.add(file);
        bytes += file.file.size();
        if (file.known()) {
            touched(file);
        }
        if (before != null && (before.isEmpty() || before.allSettled())) {
            free(before);
        }
    }

    @Nullable JournalFile last() {
        return files.isEmpty() ? null : files.get(files.size() - 1);
    }

    /** Those in which something was written that was not forced. */
    List<JournalFile> dirty() {
        return files.stream().filter(f -> f.dirty).toList();
    }

    List<JournalFile> all() {
        return List.copyOf(files);
    }

    /** Whether a file's records are known group by group, and stay so for a while. */
    boolean isKnown(JournalFile file) {
        if (file.known() && !file.isRetired()) {
            touched(file);
        }
        return file.known();
    }

    /** The first records of a file that end behind this lsn; null when there are none, or none are known. */
    JournalFile.@Nullable View view(JournalFile file, long lsn) {
        return isKnown(file) ? file.find(lsn) : null;
    }

    private void touched(JournalFile file) {
        if (file.equals(known.peekLast())) {
            return;
        }
        known.remove(file);
        known.add(file);
        JournalFile oldest = known.getFirst();
        if (known.size() > KNOWN && !oldest.equals(last())) {
            known.removeFirst();
            oldest.forget();
        }
    }

    /** Room in use; files that were let go of count while frames refer to them. */
    long bytes() {
        long sum = bytes;
        for (JournalFile file : retired) {
            sum += file.pinned() ? file.file.size() : 0;
        }
        return sum;
    }

    /** The lsn of the oldest record. */
    long firstLsn() {
        return firstLsn;
    }

    /** The file that holds this lsn, or the first behind it; null when there is none. Only the last file may be empty. */
    @Nullable JournalFile find(long lsn) {
        int i = indexOf(lsn);
        JournalFile file = i == files.size() ? null : files.get(i);
        return file == null || file.isEmpty() ? null : file;
    }

    private int indexOf(long lsn) {
        int low = 0;
        int high = files.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            JournalFile file = files.get(middle);
            if (file.isEmpty() || lsn < file.extent().endLsn()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The file behind this one. */
    @Nullable JournalFile after(JournalFile file) {
        int low = 0;
        int high = files.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (files.get(middle).number > file.number) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == files.size() ? null : files.get(low);
    }

    /** Lets go of the oldest files, as long as all in them is below this lsn. The last file stays. */
    void trim(long lsn) {
        while (files.size() > 1 && files.get(0).extent().endLsn() <= lsn) {
            free(files.get(0));
        }
    }

    /** So many more records of a file are not needed. */
    void settle(JournalFile file, int records) {
        file.settle(records);
        if (file.allSettled() && !file.equals(last()) && files.contains(file)) {
            free(file);
        }
    }

    private void free(JournalFile file) {
        files.remove(file);
        known.remove(file);
        bytes -= file.file.size();
        file.retire();
        retired.add(file);
        letGo = true;
        JournalFile head = files.get(0);
        firstLsn = head.isEmpty()
                ? Math.max(firstLsn, file.extent().endLsn())
                : Math.max(firstLsn, head.extent().firstLsn());
    }

    /** Whether files were let go of that are not given back. Any thread. */
    boolean letGo() {
        return letGo;
    }

    /** The files that were let go of and that no frame refers to any more: they belong to the caller now. */
    List<JournalFile> takeRetired() {
        List<JournalFile> gone = retired.stream().filter(f -> !f.pinned()).toList();
        retired.removeAll(gone);
        letGo = !retired.isEmpty();
        return gone;
    }

    /** Up to which lsn the oldest files hold so many bytes; the last file does not count. */
    long holding(long atLeast) {
        long over = atLeast;
        long lsn = 0;
        for (int i = 0; i < files.size() - 1 && over > 0; i++) {
            over -= files.get(i).file.size();
            lsn = files.get(i).extent().endLsn();
        }
        return lsn;
    }

    /** Up to which lsn the oldest files hold only records from before this time; the last file does not count. */
    long olderThan(long time) {
        long lsn = 0;
        for (int i = 0; i < files.size() - 1 && files.get(i).extent().latest() < time; i++) {
            lsn = files.get(i).extent().endLsn();
        }
        return lsn;
    }

    /** The first file in which there may be a record of this time or later. */
    @Nullable JournalFile since(long time) {
        for (JournalFile file : files) {
            if (!file.isEmpty() && file.extent().latest() >= time) {
                return file;
            }
        }
        return null;
    }

    boolean expiring() {
        return files.stream().anyMatch(f -> f.extent().expiring());
    }
}
