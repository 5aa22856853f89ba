package io.parley.reliability.internal.journal;

import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a seal: the last bytes of a segment's file that is full, with which it can be opened without reading the
 * rest. It is written behind the last group, and forced with it; whoever reads it believes it only when a later file says
 * that the records it names were forced. All numbers are little endian. Source: Parley's own, docs/journal.md.
 *
 * <pre>
 *   0        4          8         16      24      32      40      48         56       64      68        72        80
 *   +--------+----------+---------+-------+-------+-------+-------+----------+--------+-------+---------+---------+
 *   | "PJS1" | CRC of   | segment | first | last  | first | end   | earliest | latest | count | expiring| 0       |
 *   | u32    | 8..80    | u64     | epoch | epoch | lsn   | lsn   | time i64 | time   | u32   | u32     | u64     |
 *   +--------+----------+---------+-------+-------+-------+-------+----------+--------+-------+---------+---------+
 * </pre>
 */
final class Seal {
    static final int SIZE = 80;

    private static final int MAGIC = 'P' | 'J' << 8 | 'S' << 16 | '1' << 24;

    private Seal() {}

    /** Where it stands in a file. */
    static int at(Storage.File file) {
        return file.size() - SIZE;
    }

    /** Whether it stands behind what ends here: it does, but in a file that a crash or a repair of the file system made short. */
    static boolean fits(Storage.File file, int end) {
        return at(file) >= end;
    }

    /** The seal of a segment. */
    static ByteBuffer of(long segment, Extent extent) {
        ByteBuffer b = buffer();
        b.putInt(0, MAGIC).putLong(8, segment);
        b.putLong(16, extent.firstEpoch()).putLong(24, extent.lastEpoch());
        b.putLong(32, extent.firstLsn()).putLong(40, extent.endLsn());
        b.putLong(48, extent.earliest()).putLong(56, extent.latest());
        b.putInt(64, extent.count()).putInt(68, extent.expiring() ? 1 : 0);
        return b.putInt(4, new Crc(b).of(8, SIZE - 8));
    }

    /** What a file says of itself; null when it has no sound seal of this segment. */
    static @Nullable Extent read(Storage.File file, long segment) {
        if (file.size() < SIZE) {
            return null;
        }
        ByteBuffer b = buffer();
        file.read(b, at(file));
        boolean mine = b.getInt(0) == MAGIC && b.getInt(4) == new Crc(b).of(8, SIZE - 8) && b.getLong(8) == segment;
        if (!mine) {
            return null;
        }
        return new Extent(
                b.getLong(16),
                b.getLong(24),
                b.getLong(32),
                b.getLong(40),
                b.getInt(64),
                b.getLong(48),
                b.getLong(56),
                b.getInt(68) == 1);
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }
}
