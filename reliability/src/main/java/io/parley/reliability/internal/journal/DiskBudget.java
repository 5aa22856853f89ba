package io.parley.reliability.internal.journal;

/**
 * What the logs of one directory may take of the disk together. Once it has refused it goes on refusing until an eighth of
 * it is free again, so that a log does not stop and start with every file. Any thread.
 */
public final class DiskBudget {
    /** No limit but the disk's. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final long bytes;
    private final DiskBudget shared;
    private long used;
    private boolean spent;

    /** A budget of so many bytes. */
    public DiskBudget(long bytes) {
        this.bytes = bytes;
        shared = this;
    }

    private DiskBudget(DiskBudget shared) {
        bytes = shared.bytes;
        this.shared = shared;
    }

    /**
     * The same budget for logs that are never refused: for ledgers, inboxes and dead letters, since without a word of what is
     * done, or a place for what is given up, nothing could be let go of, and a budget that is spent would stay so.
     */
    public DiskBudget insisting() {
        return new DiskBudget(shared);
    }

    /** A file of this size is there. */
    void found(long size) {
        synchronized (shared) {
            shared.used += size;
        }
    }

    /** Takes room for a file of this size, if there is. */
    boolean take(long size) {
        synchronized (shared) {
            return shared.take(size, shared == this);
        }
    }

    private boolean take(long size, boolean mayRefuse) {
        if (mayRefuse && spent && used > bytes - bytes / 8) {
            return false;
        }
        boolean fits = used <= bytes - size;
        spent = mayRefuse ? !fits : spent;
        boolean given = fits || !mayRefuse;
        used += given ? size : 0;
        return given;
    }

    /** A file of this size is gone. */
    void give(long size) {
        synchronized (shared) {
            shared.used -= size;
        }
    }

    /** Whether so little is left that what may go should go, and nothing should be kept for later. */
    public boolean crowded() {
        synchronized (shared) {
            return shared.spent || shared.used > bytes - bytes / 8;
        }
    }

    /** How much of it is taken. */
    public long used() {
        synchronized (shared) {
            return shared.used;
        }
    }

    /** How much it is. */
    public long bytes() {
        return bytes;
    }
}
