package io.parley.reliability;

import io.parley.core.channel.Flush;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.Storage;
import io.parley.reliability.internal.durable.DataDirectory;
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
    private static final int PRIORITY = 200;

    private final Supplier<Storage> opens;
    private final Flush flush;

    private Journal(Supplier<Storage> opens, Flush flush) {
        this.opens = opens;
        this.flush = flush;
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
        return new Journal(storage, Flush.ALWAYS);
    }

    /** With another policy of when to force; {@link Flush#ALWAYS} when not called. */
    public Journal flush(Flush newFlush) {
        return new Journal(opens, newFlush);
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
        return new DataDirectory(opens, flush, ground, holder);
    }
}
