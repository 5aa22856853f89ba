package io.parley.core.internal.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever comes is read or refused, and takes no more memory than its own size warrants. The seed is {@code parley.seed},
 * the number of messages {@code parley.mutations}.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HostileBytesTest {
    private static final int MUTATIONS = Integer.getInteger("parley.mutations", 100_000);
    private static final long SEED = Long.getLong("parley.seed", 20_261_130L);
    /** What a byte on the wire may take as an object: a field of eight bytes for each eighth of it, and as much again. */
    private static final long BYTES_PER_BYTE = 128;

    /** An exception with its text, and what a message may make of fields in any case. */
    private static final long FIXED = 64 * 1024 + 8 * 65_536;

    private final Codec<Object> codec = codec();
    /** Kept, so that no reading can be left out as unused. */
    private long hash;

    @Test
    void shouldReadOrRefuseAnyMutation() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<byte[]> samples = samples();
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(samples.get(i % samples.size()), random);
            refused += decode(mutated, "mutation " + i + ", seed " + SEED);
        }
        assertTrue(hash != 0, "nothing was decoded");
        assertTrue(refused > MUTATIONS / 20 && refused < MUTATIONS, refused + " refused, seed " + SEED);
    }

    @Test
    void shouldAllocateInProportionToTheMessage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SplittableRandom random = new SplittableRandom(SEED);
        List<byte[]> samples = samples();
        samples.forEach(sample -> decode(sample, "to load what the first use loads"));
        for (int i = 0; i < MUTATIONS / 10; i++) {
            byte[] mutated = mutate(samples.get(i % samples.size()), random);
            long before = threads.getCurrentThreadAllocatedBytes();
            decode(mutated, "mutation " + i + ", seed " + SEED);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(
                    allocated - FIXED <= BYTES_PER_BYTE * mutated.length,
                    allocated + " bytes for " + mutated.length + ": "
                            + HexFormat.of().formatHex(mutated));
        }
    }

    @Test
    void shouldMakeNothingForALengthThatIsNotThere() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<String> huge = new ArrayList<>();
        String length = "ffffffff07"; // a varint of 2^31 - 1
        for (int id = 10; id < 80; id++) {
            huge.add(HexFormat.of().toHexDigits((byte) (id + 2)) + length + "01".repeat(8));
        }
        huge.add("03" + "ffffffff0f" + "61"); // text
        huge.add("52" + "01" + "ffffffff" + "ffffff7f"); // a field that is not known here
        huge.forEach(hex -> decode(HexFormat.of().parseHex(hex), "to load what the first use loads"));
        for (String hex : huge) {
            long before = threads.getCurrentThreadAllocatedBytes();
            decode(HexFormat.of().parseHex(hex), hex);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 100_000, allocated + " bytes for " + hex);
        }
    }

    @Test
    void shouldRefuseListsThatPromiseMoreThanOnceWhatRemains() {
        // a list of almost all that remains, whose first element is such a list, and so on: each alone would be
        // believed
        ByteBuffer out = ByteBuffer.allocate(1 << 20);
        byte[] list = {listId(), -1, -16, 63};
        for (int i = 0; i < 90; i++) {
            out.put(list);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        decode(out.array(), "to load what the first use loads");
        long before = threads.getCurrentThreadAllocatedBytes();
        decode(out.array(), "lists in lists");
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 64L << 20, allocated + " bytes");
    }

    @Test
    void shouldRefuseADepthThatWouldEndTheStack() {
        byte[] deep = new byte[1_000_000];
        byte list = listId();
        for (int i = 0; i < deep.length; i += 2) {
            deep[i] = list;
            deep[i + 1] = 1;
        }

        ParleyException refused = assertThrows(ParleyException.class, () -> codec.decode(ByteBuffer.wrap(deep)));

        assertTrue(refused.getMessage().contains("deeper than 100"), refused.getMessage());
    }

    @Test
    void shouldRefuseManyEmptyObjectsOfManyFields() {
        byte id = KryoCodecTest.bytes(codec, Everything.bags()).get(0);
        int count = 300_000;
        ByteBuffer out = ByteBuffer.allocate(4 + 2 * count);
        out.put(listId());
        for (int left = count; ; left >>>= 7) {
            out.put((byte) (left < 128 ? left : left & 127 | 128));
            if (left < 128) {
                break;
            }
        }
        while (out.remaining() >= 2) {
            out.put(id).put((byte) 0);
        }

        ParleyException refused = assertThrows(ParleyException.class, () -> codec.decode(out.flip()));

        assertTrue(refused.getMessage().contains("than its length warrants"), refused.getMessage());
    }

    @Test
    void shouldLoadNoClassByItsName() {
        byte[] named = HexFormat.of().parseHex("0100" + "6a6176612e6c616e672e5468726561e4"); // java.lang.Thread
        ParleyException refused = assertThrows(ParleyException.class, () -> codec.decode(ByteBuffer.wrap(named)));

        assertTrue(refused.getMessage().contains("names a class"), refused.getMessage());
    }

    /** What a list begins with. */
    private byte listId() {
        return KryoCodecTest.bytes(codec, List.of()).get(0);
    }

    private static Codec<Object> codec() {
        List<Class<?>> all = new ArrayList<>(List.of(Everything.CLASSES));
        all.add(Everything.Arrays2.class);
        all.add(Everything.Cyclic.class);
        return Codec.kryo(Object.class, all.toArray(Class<?>[]::new));
    }

    private List<byte[]> samples() {
        Everything.Account account = new Everything.Savings("ann", 1.5);
        return List.of(
                        Everything.numbers(),
                        Everything.texts(),
                        Everything.times(),
                        Everything.bags(),
                        Everything.arrays(),
                        account,
                        new Everything.Cyclic(List.of(List.of(List.of("x")))))
                .stream()
                .map(value -> KryoCodecTest.bytes(codec, value).array())
                .toList();
    }

    private int decode(byte[] bytes, String what) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            hash += codec.decode(in).hashCode();
            return 0;
        } catch (ParleyException e) {
            assertEquals(ErrorCode.DECODING_FAILED, e.code());
            return 1;
        } catch (RuntimeException | Error e) {
            return fail(what + ": " + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 2_000)), e);
        }
    }

    private static byte[] mutate(byte[] original, SplittableRandom random) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0x00);
                case 3 -> Arrays.fill(bytes, at, Math.min(at + 5, bytes.length), (byte) 0xFF);
                case 4 -> bytes = Arrays.copyOf(bytes, at);
                default -> bytes = splice(bytes, at, random);
            }
        }
        return bytes;
    }

    /** Puts a piece of the message into another place: whole objects where they do not belong. */
    private static byte[] splice(byte[] bytes, int at, SplittableRandom random) {
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(Math.min(64, bytes.length - from) + 1);
        byte[] spliced = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, from, spliced, at, length);
        System.arraycopy(bytes, at, spliced, at + length, bytes.length - at);
        return spliced;
    }
}
