package io.parley.reliability.internal.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of a log's files, oldest first, with the log's lock held. */
final class FileChain {
    private FileChain() {}

    /** Room in use; files that were let go of count while frames refer to them. */
    static long bytes(List<JournalFile> files, List<JournalFile> retired) {
        long sum = 0;
        for (JournalFile file : files) {
            sum += file.file.size();
        }
        for (JournalFile file : retired) {
            sum += file.pinned() ? file.file.size() : 0;
        }
        return sum;
    }

    /** The run that holds this lsn, or the first behind it. Only the last file may be empty. */
    static JournalFile.@Nullable View find(List<JournalFile> files, long lsn) {
        int low = 0;
        int high = files.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lsn < files.get(middle).endLsn()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        JournalFile file = files.isEmpty() ? null : files.get(low);
        return file == null || file.isEmpty() || lsn >= file.endLsn() ? null : file.find(lsn);
    }

    /** Up to which lsn the oldest files hold so many bytes; the last file does not count. */
    static long holding(List<JournalFile> files, long bytes) {
        long over = bytes;
        long lsn = 0;
        for (int i = 0; i < files.size() - 1 && over > 0; i++) {
            over -= files.get(i).file.size();
            lsn = files.get(i).endLsn();
        }
        return lsn;
    }
}
