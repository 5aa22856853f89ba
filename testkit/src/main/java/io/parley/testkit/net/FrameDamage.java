package io.parley.testkit.net;

import io.parley.core.wire.Chunk;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Damages some of the frames that one host sends: cut short, made longer, of another type, with bits turned and with numbers
 * in them that are hard to stand.
 */
public final class FrameDamage implements FrameRule {
    private static final int LAST_INTRODUCTION = 2;
    private static final double OFTEN = 0.1;
    private static final double SELDOM = 0.03;
    private static final int HEAD = 120;

    private final SeededEntropy chance;
    private final String from;
    private final Set<Integer> types = new TreeSet<>();
    private final Set<Integer> chunks = new TreeSet<>();

    /**
     * Damages frames from there.
     *
     * @param from the address of the host
     */
    public FrameDamage(SeededEntropy chance, String from) {
        this.chance = chance;
        this.from = from;
    }

    /** The types of frame that were damaged so far. */
    public Set<Integer> types() {
        return types;
    }

    /** The types of frame of which a chunk was damaged so far. */
    public Set<Integer> chunks() {
        return chunks;
    }

    @Override
    public FrameFate judge(Passage passage) {
        boolean introduction = passage.type() <= LAST_INTRODUCTION;
        if (!passage.from().equals(from) || !chance.chance(introduction ? OFTEN : SELDOM)) {
            return FrameFate.PASS;
        }
        types.add(passage.type());
        if (Chunk.is(passage.frame())) {
            chunks.add(passage.type());
        }
        byte[] bytes = new byte[passage.frame().remaining()];
        passage.frame().get(passage.frame().position(), bytes);
        return FrameFate.replace(damaged(bytes));
    }

    private byte[] damaged(byte[] bytes) {
        int length = bytes.length;
        switch (chance.nextInt(7)) {
            case 0 -> {
                return Arrays.copyOf(bytes, chance.nextInt(length));
            }
            case 1 -> {
                return Arrays.copyOf(bytes, length + 1 + chance.nextInt(100));
            }
            case 2 -> {
                byte[] other = bytes.clone();
                other[3] = (byte) chance.nextInt(140);
                return other;
            }
            case 3 -> extreme(bytes);
            case 4 -> extreme(bytes);
            case 5 -> bytes[somewhere(length)] ^= (byte) (1 << chance.nextInt(8));
            default -> {
                for (int i = 1 + chance.nextInt(8); i > 0; i--) {
                    bytes[somewhere(length)] = (byte) chance.nextInt(256);
                }
            }
        }
        return bytes;
    }

    /** In large frames half of the time where their fields are. */
    private int somewhere(int length) {
        return chance.nextInt(length > HEAD && chance.chance(0.5) ? HEAD : length);
    }

    /** Puts a number that is hard to stand somewhere behind the fixed first bytes. */
    private void extreme(byte[] bytes) {
        long[] values = {0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 0x7FFF};
        long value = values[chance.nextInt(values.length)];
        int width = 1 << chance.nextInt(4);
        int at = Math.max(4, somewhere(bytes.length));
        for (int i = 0; i < width && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }
}
