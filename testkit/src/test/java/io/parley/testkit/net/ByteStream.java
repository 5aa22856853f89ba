package io.parley.testkit.net;

import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;

/** One direction of a connection that knows bytes only: takes and gives as many at a time as chance has it. */
final class ByteStream {
    private static final int CAPACITY = 48 << 10;

    private final SeededEntropy chance;
    private final byte[] ring = new byte[CAPACITY];
    private int start;
    private int length;
    private boolean ended;

    ByteStream(SeededEntropy chance) {
        this.chance = chance;
    }

    /** Takes some of the bytes, none when it is full; the end of the ring is a border like any other. */
    int write(ByteBuffer from) {
        int most = Math.min(from.remaining(), CAPACITY - length);
        int bytes = ended ? from.remaining() : some(most);
        for (int i = 0; i < bytes; i++) {
            byte b = from.get();
            if (!ended) {
                ring[(start + length++) % CAPACITY] = b;
            }
        }
        return bytes;
    }

    /** Gives some of the bytes, none when it is empty. */
    byte[] read() {
        int bytes = some(length);
        byte[] some = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            some[i] = ring[(start + i) % CAPACITY];
        }
        start = (start + bytes) % CAPACITY;
        length -= bytes;
        return some;
    }

    private int some(int most) {
        if (most == 0) {
            return 0;
        }
        // often a byte or two, so that heads are split, else anything
        return chance.chance(0.1) ? 1 + chance.nextInt(Math.min(3, most)) : 1 + chance.nextInt(most);
    }

    void end() {
        ended = true;
    }

    /** Everything was read, and nothing will come. */
    boolean isOver() {
        return ended && length == 0;
    }
}
