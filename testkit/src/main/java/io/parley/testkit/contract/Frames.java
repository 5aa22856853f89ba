package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.parley.core.spi.InFrame;
import io.parley.core.spi.OutFrame;
import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Frames whose contents can be told from their number. */
final class Frames {
    private Frames() {}

    /** The bytes of the n-th frame. */
    static byte[] content(long seed, int number, int size) {
        byte[] bytes = new byte[size];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        SeededEntropy entropy = new SeededEntropy(seed * 31 + number);
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(entropy.nextLong());
        }
        long last = entropy.nextLong();
        while (buffer.hasRemaining()) {
            buffer.put((byte) last);
            last >>>= 8;
        }
        return bytes;
    }

    /** A frame in one buffer on the heap. */
    static OutFrame whole(byte[] bytes) {
        OutFrame frame = new OutFrame();
        frame.add(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return frame;
    }

    /** A frame in so many buffers at most, direct and on the heap, each with other bytes before and behind it. */
    static OutFrame sliced(byte[] bytes, int slices, SeededEntropy chance) {
        OutFrame frame = new OutFrame();
        int at = 0;
        for (int i = 0; i < slices && at < bytes.length; i++) {
            int rest = bytes.length - at;
            int length =
                    i == slices - 1 ? rest : 1 + chance.nextInt(Math.max(1, Math.min(rest, 2 * rest / (slices - i))));
            frame.add(slice(bytes, at, length, chance));
            at += length;
        }
        return frame;
    }

    private static ByteBuffer slice(byte[] bytes, int at, int length, SeededEntropy chance) {
        int before = chance.nextInt(40);
        int capacity = before + length + chance.nextInt(40);
        ByteBuffer buffer = chance.chance(0.5) ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0xEE);
        }
        buffer.limit(before + length).position(before);
        buffer.put(bytes, at, length).position(before);
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    static void assertContent(byte[] expected, InFrame frame, String what) {
        ByteBuffer buffer = frame.buffer();
        assertEquals(ByteOrder.LITTLE_ENDIAN, buffer.order(), what);
        assertEquals(expected.length, buffer.remaining(), () -> what + ": length");
        int differs = buffer.duplicate().mismatch(ByteBuffer.wrap(expected));
        if (differs >= 0) {
            fail(what + ": byte " + differs + " of " + expected.length + " is not the one that was sent");
        }
    }
}
