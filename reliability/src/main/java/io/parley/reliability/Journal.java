package io.parley.reliability;

import io.parley.core.channel.Flush;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.Storage;
import io.parley.reliability.internal.durable.DataDirectory;
import io.parley.reliability.internal.journal.DiskBudget;
import io.parley.reliability.internal.journal.FileStorage;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * DURABLE topics and queues, kept in a data directory: at least once across crashes of either side. The directory also keeps
 * who the node is: with it a node has the same {@link io.parley.core.identity.NodeId} in each run. One node at a time uses a
 * directory, on a disk of its own host. Immutable; each method returns a changed copy.
 *
 * <p>RELIABLE channels are served beside these by {@link Reliability#inMemory()}.
 */
public final class Journal implements DeliveryProvider {
    /** The least that {@link #budget} takes. */
    public static final long LEAST_BUDGET = 1L << 20;

    private static final int PRIORITY = 200;

    private final Supplier<Storage> opens;
    private final DataDirectory.Settings settings;

    private Journal(Supplier<Storage> opens, DataDirectory.Settings settings) {
        this.opens = opens;
        this.settings = settings;
    }

    /**
     * A journal in this directory, which is made when it is missing. Opening the node may wait for the disk, and fails with a
     * {@code ParleyException}: DATA_IN_USE when another node has the directory, DISK_FAILED, DISK_FULL, JOURNAL_DAMAGED.
     */
    public static Journal in(Path directory) {
        return over(() -> FileStorage.in(directory));
    }

    /** A journal on another disk than that of the file system, for tests: asked for at each opening of a node. */
    public static Journal over(Supplier<Storage> storage) {
        return new Journal(storage, new DataDirectory.Settings(Flush.ALWAYS, DiskBudget.UNLIMITED));
    }

    /** With another policy of when to force; {@link Flush#ALWAYS} when not called. */
    public Journal flush(Flush newFlush) {
        return new Journal(opens, new DataDirectory.Settings(newFlush, settings.budget()));
    }

    /**
     * With a limit for all journals of the directory together, besides the capacity of each channel. From seven eighths of it
     * on topics let go of their oldest files. Once it is spent, senders do what their channel's {@code whenFull(…)} says, and
     * go on by themselves when an eighth is free again. What is small and must be kept at any time, such as what became of
     * messages, is counted and never refused. No limit when not called.
     *
     * @param bytes at least {@link #LEAST_BUDGET}
     * @throws ParleyException INVALID_ARGUMENT when it is less
     */
    public Journal budget(long bytes) {
        if (bytes < LEAST_BUDGET) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "budget=" + bytes + " bytes, expected at least " + LEAST_BUDGET);
        }
        return new Journal(opens, new DataDirectory.Settings(settings.flush(), bytes));
    }

    @Override
    public String name() {
        return "journal";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Opening open(Ground ground) {
        String holder = "node '" + ground.name() + "', process "
                + ProcessHandle.current().pid();
        return new DataDirectory(opens, settings, ground, holder);
    }
}
