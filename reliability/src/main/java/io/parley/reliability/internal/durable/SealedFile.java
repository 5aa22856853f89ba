package io.parley.reliability.internal.durable;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The frame of a small file that is replaced as a whole, by a rename: so a crash leaves the one before or the one after. Little
 * endian. Source: Parley's own, docs/journal.md.
 *
 * <pre>
 *   0         4               8
 *   +---------+---------------+-----------------+
 *   | magic   | CRC32C of the | what it says,   |
 *   | u32     | rest          | to the end      |
 *   +---------+---------------+-----------------+
 * </pre>
 */
final class SealedFile {
    static final int HEAD = 8;

    private SealedFile() {}

    /**
     * What a file says; position and limit are its ends.
     *
     * @throws ParleyException JOURNAL_DAMAGED when it is not sound
     */
    static ByteBuffer read(Storage storage, String name, int magic, String remedy) {
        Storage.File file = storage.open(name);
        try {
            ByteBuffer b = file.view().order(ByteOrder.LITTLE_ENDIAN);
            if (b.capacity() < HEAD || b.getInt(0) != magic || b.getInt(4) != crc(b)) {
                throw new ParleyException(
                        ErrorCode.JOURNAL_DAMAGED,
                        "the file '" + name + "' of the data directory is damaged: " + remedy);
            }
            return b.position(HEAD);
        } finally {
            file.close();
        }
    }

    /** Room for a file that says so many bytes; position is where they begin. */
    static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(HEAD + bytes).order(ByteOrder.LITTLE_ENDIAN).position(HEAD);
    }

    /** Replaces a file; it is there for ever when this returns. */
    static void write(Storage storage, String name, int magic, ByteBuffer full) {
        full.flip();
        full.putInt(0, magic).putInt(4, crc(full));
        Storage.File file = storage.create(name + ".next", full.limit());
        file.write(full, 0);
        file.force();
        file.close();
        storage.rename(name + ".next", name);
        storage.forceDirectory();
    }

    private static int crc(ByteBuffer b) {
        CRC32C crc = new CRC32C();
        crc.update(b.duplicate().position(HEAD));
        return (int) crc.getValue();
    }
}
