package io.parley.reliability.internal.journal;

/**
 * What the logs of one directory may take of the disk together. Once it has refused it goes on refusing until an eighth of
 * it is free again, so that a log does not stop and start with every file. Any thread.
 */
public final class DiskBudget {
    /** No limit but the disk's. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final long bytes;
    private long used;
    private boolean spent;

    /** A budget of so many bytes. */
    public DiskBudget(long bytes) {
        this.bytes = bytes;
    }

    /** A file of this size is there. */
    synchronized void found(long size) {
        used += size;
    }

    /** Takes room for a file of this size, if there is. */
    synchronized boolean take(long size) {
        if (spent && used > bytes - bytes / 8) {
            return false;
        }
        spent = used > bytes - size;
        used += spent ? 0 : size;
        return !spent;
    }

    /** A file of this size is gone. */
    synchronized void give(long size) {
        used -= size;
    }

    /** Whether so little is left that what may go should go, and nothing should be kept for later. */
    synchronized boolean crowded() {
        return spent || used > bytes - bytes / 8;
    }

    synchronized long used() {
        return used;
    }

    long bytes() {
        return bytes;
    }
}
