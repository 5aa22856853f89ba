package io.parley.reliability.internal.journal;

import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a commit group, what one write brings to a segment's file. Groups follow one another from the start of the
 * file, each at a multiple of 8. All numbers are little endian. Source: Parley's own, docs/journal.md.
 *
 * <pre>
 *   0         4          8         16      24          32      36      40              48      52      56        64
 *   +---------+----------+---------+-------+-----------+-------+-------+---------------+-------+-------+---------+
 *   | "PJG1"  | CRC of   | segment | epoch | lsn of the| count | bytes | forced before | CRC of| last  | outputs |
 *   | u32     | 8..64    | u64     | u64   | first u64 | u32   | u32   | lsn, u64      | CRCs  | u32   | u64     |
 *   +---------+----------+---------+-------+-----------+-------+-------+---------------+-------+-------+---------+
 *   | the records, back to back, as in the ring and on the wire: lsn, lsn + 1 ...      | bytes                   |
 *   +----------------------------------------------------------------------------------+-------------------------+
 *   | per record u32: CRC32C of the record, xor that of segment and epoch              | 4 x count               |
 *   +----------------------------------------------------------------------------------+-------------------------+
 *   | zeros up to the next multiple of 8                                               |
 *   +----------------------------------------------------------------------------------+
 * </pre>
 *
 * Records below {@code forced before} were forced when the group was written, whatever happened to it later. A group without
 * records says only that: it ends a run that was closed or, with {@code last} 1, a file: no group follows in it. {@code
 * Outputs} counts what transactions have ever sent to this log, up to the end of the group: so it is found out after a crash
 * what of that is still to be appended.
 *
 * @param at where it begins in its file
 * @param epoch the run that wrote it
 * @param firstLsn the lsn of its first record
 * @param count how many records
 * @param bytes the bytes of its records
 * @param forcedBefore one more than the last lsn that was forced before
 * @param last whether it ends its file
 * @param outputs the number of the last record that a transaction sent
 */
record Group(int at, long epoch, long firstLsn, int count, int bytes, long forcedBefore, boolean last, long outputs) {
    Group(int at, long epoch, long firstLsn, int count, int bytes, long forcedBefore) {
        this(at, epoch, firstLsn, count, bytes, forcedBefore, false, 0);
    }

    /** A group without records. */
    static Group mark(long epoch, long endLsn, long forcedBefore, boolean last) {
        return new Group(0, epoch, endLsn, 0, 0, forcedBefore, last, 0);
    }

    Group outputs(long upTo) {
        return new Group(at, epoch, firstLsn, count, bytes, forcedBefore, last, upTo);
    }

    static final int HEADER = 64;
    static final int CRC = 4;

    private static final int MAGIC = 'P' | 'J' << 8 | 'G' << 16 | '1' << 24;
    static final int ALIGN = 8;

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

    /**
     * Makes a group of a buffer in which its records stand behind room for the header; the buffer then holds all of it, from
     * 0 to its limit.
     *
     * @param crc of that buffer
     */
    static void seal(ByteBuffer b, Crc crc, long segment, Group group) {
        b.clear();
        int origin = Crc.ofOrigin(segment, group.epoch);
        int at = HEADER;
        for (int i = 0; i < group.count; i++) {
            int length = Record.length(b, at);
            b.putInt(group.crcsAt() + CRC * i, crc.of(at, length) ^ origin);
            at += length;
        }
        for (int i = group.crcsAt() + CRC * group.count; i < group.end(); i++) {
            b.put(i, (byte) 0);
        }
        b.putInt(0, MAGIC).putLong(8, segment).putLong(16, group.epoch).putLong(24, group.firstLsn);
        b.putInt(32, group.count).putInt(36, group.bytes).putLong(40, group.forcedBefore);
        b.putInt(48, crc.of(group.crcsAt(), CRC * group.count))
                .putInt(52, group.last ? 1 : 0)
                .putLong(56, group.outputs);
        b.putInt(4, crc.of(8, HEADER - 8));
        b.limit(group.end());
    }

    /** The group whose sound header stands here; null when there is none of this segment. */
    static @Nullable Group read(SegmentBytes s, int at) {
        ByteBuffer b = s.bytes();
        if (s.end() - at < HEADER
                || b.getInt(at) != MAGIC
                || b.getLong(at + 8) != s.number()
                || b.getInt(at + 4) != s.crc().of(at + 8, HEADER - 8)) {
            return null;
        }
        Group group = new Group(
                at,
                b.getLong(at + 16),
                b.getLong(at + 24),
                b.getInt(at + 32),
                b.getInt(at + 36),
                b.getLong(at + 40),
                b.getInt(at + 52) == 1,
                b.getLong(at + 56));
        long size = HEADER + (long) group.bytes + (long) CRC * group.count;
        return group.count >= 0 && group.bytes >= 0 && size <= s.end() - at ? group : null;
    }

    /** Whether all of its records are sound. */
    boolean sound(SegmentBytes s) {
        int origin = Crc.ofOrigin(s.number(), epoch);
        int next = recordsAt();
        for (int i = 0; i < count; i++) {
            int length = soundRecord(s, next, i, origin);
            if (length < 0) {
                return false;
            }
            next += length;
        }
        return next == crcsAt() && s.bytes().getInt(at + 48) == s.crc().of(crcsAt(), CRC * count);
    }

    /**
     * The length of its i-th record, if that stands here undamaged; else -1.
     *
     * @param origin the CRC of segment and epoch
     */
    int soundRecord(SegmentBytes s, int recordAt, int i, int origin) {
        ByteBuffer b = s.bytes();
        int length = Record.check(b, recordAt, crcsAt());
        boolean mine = length > 0 && Record.lsn(b, recordAt) == firstLsn + i;
        return mine && b.getInt(crcsAt() + CRC * i) == (s.crc().of(recordAt, length) ^ origin) ? length : -1;
    }

    Run run() {
        return new Run(epoch, firstLsn, count, recordsAt(), crcsAt());
    }
}
