package io.parley.reliability.internal.journal;

import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a commit group, what one write brings to a segment's file. Groups follow one another from the start of the
 * file, each at a multiple of 8. All numbers are little endian. Source: Parley's own, docs/journal.md.
 *
 * <pre>
 *   0         4          8         16      24          32      36      40              48      52      56        64
 *   +---------+----------+---------+-------+-----------+-------+-------+---------------+-------+-------+---------+
 *   | "PJG1"  | CRC of   | segment | epoch | lsn of the| count | bytes | forced before | CRC of| last  | 0       |
 *   | u32     | 8..64    | u64     | u64   | first u64 | u32   | u32   | lsn, u64      | CRCs  | u32   | u64     |
 *   +---------+----------+---------+-------+-----------+-------+-------+---------------+-------+-------+---------+
 *   | the records, back to back, as in the ring and on the wire: lsn, lsn + 1 ...      | bytes                   |
 *   +----------------------------------------------------------------------------------+-------------------------+
 *   | per record u32: CRC32C over segment, epoch and the record                        | 4 x count               |
 *   +----------------------------------------------------------------------------------+-------------------------+
 *   | zeros up to the next multiple of 8                                               |
 *   +----------------------------------------------------------------------------------+
 * </pre>
 *
 * Records below {@code forced before} were forced when the group was written, whatever happened to it later. A group without
 * records says only that: it ends a run that was closed or, with {@code last} 1, a file: no group follows in it.
 *
 * @param at where it begins in its file
 * @param epoch the run that wrote it
 * @param firstLsn the lsn of its first record
 * @param count how many records
 * @param bytes the bytes of its records
 * @param forcedBefore one more than the last lsn that was forced before
 * @param last whether it ends its file
 */
record Group(int at, long epoch, long firstLsn, int count, int bytes, long forcedBefore, boolean last) {
    Group(int at, long epoch, long firstLsn, int count, int bytes, long forcedBefore) {
        this(at, epoch, firstLsn, count, bytes, forcedBefore, false);
    }

    static final int HEADER = 64;
    static final int CRC = 4;

    private static final int MAGIC = 'P' | 'J' << 8 | 'G' << 16 | '1' << 24;
    private static final int ALIGN = 8;

    /** The bytes of a group in its file. */
    static int size(int bytes, int count) {
        return HEADER + bytes + CRC * count + ALIGN - 1 & -ALIGN;
    }

    int recordsAt() {
        return at + HEADER;
    }

    int crcsAt() {
        return at + HEADER + bytes;
    }

    int end() {
        return at + size(bytes, count);
    }

    long endLsn() {
        return firstLsn + count;
    }

    /** Makes a group of a buffer in which its records stand behind room for the header; the buffer then holds all of it. */
    static void seal(ByteBuffer b, long segment, Group group) {
        int at = HEADER;
        for (int i = 0; i < group.count; i++) {
            int length = Record.length(b, at);
            b.putInt(group.crcsAt() + CRC * i, crcOf(b, at, length, new Origin(segment, group.epoch)));
            at += length;
        }
        for (int i = group.crcsAt() + CRC * group.count; i < group.end(); i++) {
            b.put(i, (byte) 0);
        }
        b.putInt(0, MAGIC).putLong(8, segment).putLong(16, group.epoch).putLong(24, group.firstLsn);
        b.putInt(32, group.count).putInt(36, group.bytes).putLong(40, group.forcedBefore);
        b.putInt(48, crc(b, group.crcsAt(), CRC * group.count))
                .putInt(52, group.last ? 1 : 0)
                .putLong(56, 0);
        b.putInt(4, crc(b, 8, HEADER - 8));
        b.limit(group.end()).position(0);
    }

    /** The group whose sound header stands here; null when there is none of this segment. */
    static @Nullable Group read(ByteBuffer b, int at, long segment) {
        if (b.capacity() - at < HEADER || b.getInt(at) != MAGIC || b.getInt(at + 4) != crc(b, at + 8, HEADER - 8)) {
            return null;
        }
        Group group = new Group(
                at,
                b.getLong(at + 16),
                b.getLong(at + 24),
                b.getInt(at + 32),
                b.getInt(at + 36),
                b.getLong(at + 40),
                b.getInt(at + 52) == 1);
        long size = HEADER + (long) group.bytes + (long) CRC * group.count;
        boolean fits = group.count >= 0 && group.bytes >= 0 && size <= b.capacity() - at;
        return fits && b.getLong(at + 8) == segment ? group : null;
    }

    /** Whether all of its records are sound. */
    boolean sound(ByteBuffer b, long segment) {
        int next = recordsAt();
        for (int i = 0; i < count; i++) {
            int length = soundRecord(b, next, i, segment);
            if (length < 0) {
                return false;
            }
            next += length;
        }
        return next == crcsAt() && b.getInt(at + 48) == crc(b, crcsAt(), CRC * count);
    }

    /** The length of its i-th record, if that stands here undamaged; else -1. */
    int soundRecord(ByteBuffer b, int recordAt, int i, long segment) {
        int length = Record.check(b, recordAt, crcsAt());
        boolean mine = length > 0 && Record.lsn(b, recordAt) == firstLsn + i;
        return mine && b.getInt(crcsAt() + CRC * i) == crcOf(b, recordAt, length, new Origin(segment, epoch))
                ? length
                : -1;
    }

    private record Origin(long segment, long epoch) {}

    private static int crcOf(ByteBuffer b, int at, int length, Origin origin) {
        CRC32C crc = new CRC32C();
        add(crc, origin.segment);
        add(crc, origin.epoch);
        crc.update(b.slice(at, length));
        return (int) crc.getValue();
    }

    private static void add(CRC32C crc, long value) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (value >>> shift));
        }
    }

    private static int crc(ByteBuffer b, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(b.slice(at, length));
        return (int) crc.getValue();
    }
}
