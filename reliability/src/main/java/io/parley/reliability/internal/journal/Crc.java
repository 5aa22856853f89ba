package io.parley.reliability.internal.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of stretches of one buffer. One thread at a time. */
final class Crc {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer bytes;

    /** CRCs of what stands in this buffer, whose position and limit are left alone. */
    Crc(ByteBuffer bytes) {
        this.bytes = bytes.duplicate();
    }

    int of(int at, int length) {
        bytes.limit(at + length).position(at);
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** What a record's CRC is mixed with, so that it is none in another file, or in another life of its file. */
    static int ofOrigin(long segment, long epoch) {
        ByteBuffer origin = ByteBuffer.allocate(2 * Long.BYTES);
        origin.order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(segment).putLong(epoch);
        return new Crc(origin).of(0, origin.capacity());
    }
}
