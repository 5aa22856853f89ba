package io.parley.reliability.internal.journal;

/**
 * How large the files of a log are. The first one is small, so that a thousand channels that hardly say anything take little
 * room; each further one has twice the size of that before it, up to a part of what the log may have. A message that needs
 * more room than that has a file as large as it must be. Guarded by its log.
 *
 * <pre>
 *   64 KiB │ 128 KiB │ 256 KiB │ ... │ usual │ usual │ ...
 *                                      ↑ a sixteenth of capacity, disk and budget, at most 8 MiB;
 *                                        larger in a log of more than 1,024 files of that size
 * </pre>
 */
final class FileSizes {
    static final int LARGEST_USUAL = 8 << 20;

    private static final int FIRST = 64 * 1024;
    private static final int SMALLEST = 16 * 1024;
    private static final int LARGEST = 256 << 20;
    private static final int FEWEST_FILES = 16;
    private static final int MANY_FILES = 1024;

    private final int most;
    private int usual;

    /** Of a log of so many bytes. */
    FileSizes(long capacity) {
        most = most(capacity);
        usual = most;
    }

    /** The size of the largest file of a log of so many bytes. */
    static int most(long capacity) {
        long few = Math.min(LARGEST_USUAL, capacity / FEWEST_FILES);
        long many = Math.min(LARGEST, capacity / MANY_FILES);
        return (int) Math.max(SMALLEST, Math.max(few, many)) & -Group.ALIGN;
    }

    /** What groups may take of a file: there is always room for the mark and the seal that end it. */
    static int room(int size) {
        return size - Group.HEADER - Seal.SIZE & -Group.ALIGN;
    }

    /** What groups may take of the largest file. */
    int mostRoom() {
        return room(most);
    }

    /** All logs of the directory together cannot have more than so many bytes: whatever the capacity, a few files fit. */
    void within(long bytes) {
        long few = Long.highestOneBit(bytes / FEWEST_FILES); // not another one each time: files are used again
        usual = (int) Math.max(Math.min(FIRST, most), Math.min(most, few));
    }

    /**
     * The size of the file that comes next.
     *
     * @param before the size of the one before it; 0 when there is none
     * @param need what one group takes that must find room
     */
    int next(int before, int need) {
        long size = before == 0 ? Math.min(FIRST, usual) : Math.min(2L * before, usual);
        while (room((int) size) < need && size < most) {
            size = Math.min(2 * size, most);
        }
        return Math.max((int) size, need + Group.HEADER + Seal.SIZE);
    }
}
