package io.parley.reliability.internal.durable;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Identity;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The layout of the file {@code node}: whose directory this is, and in which run. A {@link SealedFile}. Source: Parley's own,
 * docs/journal.md.
 *
 * <pre>
 *   0         4          8                    24        32
 *   +---------+----------+--------------------+---------+
 *   | "PJN1"  | CRC32C   | NodeId, 16 bytes,  | epoch   |
 *   | u32     | of 8..32 | big endian         | u64     |
 *   +---------+----------+--------------------+---------+
 * </pre>
 */
public final class NodeFile {
    private static final String NAME = "node";
    private static final int MAGIC = 'P' | 'J' << 8 | 'N' << 16 | '1' << 24;
    private static final int BYTES = NodeId.BYTES + Long.BYTES;
    private static final String REMEDY = " 'parley journal repair --new-identity'";

    private NodeFile() {}

    /** Begins a run: its epoch is one higher than that of the run before, and is forced when this returns. */
    static Identity nextRun(Storage storage, Entropy entropy) {
        List<String> files = storage.list();
        Identity before = files.contains(NAME) ? read(storage) : first(files, entropy);
        NodeId id = before.id();
        Identity now = new Identity(id, new Run(before.run().epoch() + 1, entropy.nextLong()));
        write(storage, now);
        return now;
    }

    /**
     * Makes the directory another node's, whatever its file says or has become. What is in the logs stays its own.
     *
     * @param newId who it is from now on
     * @param epoch at least that of every record in the logs
     */
    public static void renew(Storage storage, NodeId newId, long epoch) {
        long before = 0;
        if (storage.list().contains(NAME)) {
            try {
                before = read(storage).run().epoch();
            } catch (ParleyException e) {
                if (e.code() != ErrorCode.JOURNAL_DAMAGED) {
                    throw e;
                }
            }
        }
        write(storage, new Identity(newId, new Run(Math.max(before, epoch), 0)));
    }

    /** Whose directory this is. */
    public static NodeId owner(Storage storage) {
        return read(storage).id();
    }

    private static Identity first(List<String> files, Entropy entropy) {
        // with a new identity, and a lower epoch than theirs, what is in the logs would be taken for leftovers
        if (files.stream().anyMatch(name -> name.endsWith(".log"))) {
            throw new ParleyException(
                    ErrorCode.JOURNAL_DAMAGED,
                    "the data directory has journals, but its file '" + NAME
                            + "' is missing: bring it back, or make the directory another node's with" + REMEDY);
        }
        return new Identity(new NodeId(entropy.nextLong(), entropy.nextLong()), new Run(0, 0));
    }

    private static Identity read(Storage storage) {
        String remedy = "bring it back from a copy, or make the directory another node's with" + REMEDY;
        ByteBuffer b = SealedFile.read(storage, NAME, MAGIC, remedy);
        if (b.remaining() < BYTES) {
            throw new ParleyException(
                    ErrorCode.JOURNAL_DAMAGED, "the file '" + NAME + "' of the data directory is too short: " + remedy);
        }
        NodeId id = new NodeId(Long.reverseBytes(b.getLong()), Long.reverseBytes(b.getLong()));
        return new Identity(id, new Run(b.getLong(), 0));
    }

    private static void write(Storage storage, Identity who) {
        ByteBuffer b = SealedFile.room(BYTES);
        b.putLong(Long.reverseBytes(who.id().high()))
                .putLong(Long.reverseBytes(who.id().low()))
                .putLong(who.run().epoch());
        SealedFile.write(storage, NAME, MAGIC, b);
    }
}
