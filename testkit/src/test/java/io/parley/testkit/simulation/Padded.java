package io.parley.testkit.simulation;

import io.parley.core.codec.Codec;
import java.nio.ByteBuffer;

/**
 * Numbers, some of which take more bytes than a frame: each byte behind them follows from its place, and is checked.
 *
 * @param every which numbers are large: the multiples of this
 */
record Padded(int every) implements Codec<Integer> {
    private static final int LEAST = 261_000;
    private static final int SPREAD = 500_000;

    @Override
    public String name() {
        return "padded";
    }

    @Override
    public long fingerprint() {
        return every;
    }

    private int padding(int value) {
        return value % every == 0 ? LEAST + Integer.remainderUnsigned(value * 7_919, SPREAD) : 0;
    }

    @Override
    public void encode(Integer value, ByteBuffer out) {
        out.putInt(value);
        for (int i = padding(value); i > 0; i--) {
            out.put((byte) (value + i));
        }
    }

    @Override
    public Integer decode(ByteBuffer in) {
        int value = in.getInt();
        int padding = padding(value);
        if (in.remaining() != padding) {
            throw new IllegalStateException(value + " has " + in.remaining() + " bytes behind it, not " + padding);
        }
        for (int i = padding; i > 0; i--) {
            if (in.get() != (byte) (value + i)) {
                throw new IllegalStateException(value + " is not as it was sent");
            }
        }
        return value;
    }
}
