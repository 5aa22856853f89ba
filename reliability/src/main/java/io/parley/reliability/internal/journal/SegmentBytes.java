package io.parley.reliability.internal.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part of a segment's file in which groups stand: all but the {@link Seal}.
 *
 * @param bytes little endian; absolute reads only
 * @param crc of them
 * @param number of the segment
 */
record SegmentBytes(ByteBuffer bytes, Crc crc, long number) {
    static SegmentBytes of(ByteBuffer view, long number) {
        ByteBuffer bytes = view.slice(0, Math.max(0, view.capacity() - Seal.SIZE) & -Group.ALIGN)
                .order(ByteOrder.LITTLE_ENDIAN);
        return new SegmentBytes(bytes, new Crc(bytes), number);
    }

    int end() {
        return bytes.capacity();
    }

    /** Whether something was ever written here. */
    boolean written(int at) {
        return at <= end() - Long.BYTES && bytes.getLong(at) != 0;
    }
}
