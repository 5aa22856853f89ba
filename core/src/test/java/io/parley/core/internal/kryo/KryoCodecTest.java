package io.parley.core.internal.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.kryo.Everything.Account;
import io.parley.core.internal.kryo.Everything.Arrays2;
import io.parley.core.internal.kryo.Everything.Bags;
import io.parley.core.internal.kryo.Everything.Cyclic;
import io.parley.core.internal.kryo.Everything.Leg;
import io.parley.core.internal.kryo.Everything.Numbers;
import io.parley.core.internal.kryo.Everything.Queued;
import io.parley.core.internal.kryo.Everything.Savings;
import io.parley.core.internal.kryo.Everything.Side;
import io.parley.core.wire.Golden;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KryoCodecTest {
    @Test
    void shouldCarryWhatUsersPutIntoMessages() {
        Codec<Object> codec = Codec.kryo(Object.class, Everything.CLASSES);
        for (Object value : List.of(
                Everything.numbers(), Everything.texts(), Everything.times(), Side.BUY, Side.SELL, "text", 5L)) {
            assertEquals(value, roundTrip(codec, value));
        }
        Bags bags = Everything.bags();
        Bags came = (Bags) roundTrip(codec, bags);
        assertEquals(List.copyOf(bags.any()), List.copyOf(came.any()));
        assertEquals(List.copyOf(bags.deque()), List.copyOf(came.deque()));
        assertEquals(bags.toString(), came.toString());
        assertEquals(bags.legs(), came.legs());
        assertEquals(bags.byVenue(), came.byVenue());
        assertEquals(bags.sides(), came.sides());
    }

    @Test
    void shouldCarryArrays() {
        Codec<Arrays2> codec = Codec.kryo(Arrays2.class, Leg.class, Side.class);
        Arrays2 arrays = Everything.arrays();

        assertTrue(arrays.same(roundTrip(codec, arrays)));
        Codec<int[][]> grid = Codec.kryo(int[][].class);
        assertEquals(5, roundTrip(grid, new int[][] {{1}, {2, 5}})[1][1]);
    }

    @Test
    void shouldCarryClassesWithTheirInheritedAndFinalFieldsButNotTransientOnes() {
        Codec<Account> codec = Codec.kryo(Account.class, Savings.class, Leg.class);
        Savings savings = new Savings("ann", 2.5);
        savings.put(new Leg("bank", 3, null), 99);

        Account came = roundTrip(codec, savings);

        assertEquals("ann", came.owner());
        assertEquals(savings.legs(), came.legs());
        assertEquals(2.5, ((Savings) came).rate());
        assertEquals(7, came.cached(), "transient");
    }

    @Test
    void shouldWriteDirectBuffersAndReadThemFromTheMiddle() {
        Codec<Leg> codec = Codec.kryo(Leg.class);
        ByteBuffer direct = ByteBuffer.allocateDirect(256).order(ByteOrder.LITTLE_ENDIAN);
        direct.position(9);
        codec.encode(new Leg("a", 1, null), direct);
        int end = direct.position();
        ByteBuffer view = direct.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        view.position(9).limit(end);

        assertEquals(new Leg("a", 1, null), codec.decode(view));
        assertEquals(end, view.position());
        byte[] bytes = new byte[end + 20];
        direct.get(0, bytes);
        byte[] before = bytes.clone();
        assertThrows(
                ParleyException.class, () -> codec.decode(ByteBuffer.wrap(bytes, 9, end - 10)), "cut off: refused");
        assertTrue(java.util.Arrays.equals(before, bytes), "a refusal must not change the frame");
    }

    @Test
    void shouldAskForMoreRoomAsEveryCodecDoes() {
        Codec<Leg> codec = Codec.kryo(Leg.class);
        ByteBuffer small = ByteBuffer.allocate(8);

        assertThrows(BufferOverflowException.class, () -> codec.encode(new Leg("venue", 1, null), small));
        assertEquals(new Leg("venue", 1, null), roundTrip(codec, new Leg("venue", 1, null)));
    }

    @Test
    void shouldAgreeHoweverTheClassesAreListed() {
        Codec<Bags> one = Codec.kryo(Bags.class, Leg.class, Side.class);
        Codec<Bags> other = Codec.kryo(Bags.class, Side.class, Leg.class);

        assertEquals(one.fingerprint(), other.fingerprint());
        Bags bags = Everything.bags();
        assertEquals(bags.legs(), other.decode(bytes(one, bags)).legs());
    }

    @Test
    void shouldNotReadWhatOtherClassesWrote() {
        Codec<Leg> leg = Codec.kryo(Leg.class);
        Codec<Leg> more = Codec.kryo(Leg.class, Side.class);

        assertNotEquals(leg.fingerprint(), more.fingerprint());
        assertFalse(leg.reads("kryo", more.fingerprint()));
        assertFalse(leg.reads("utf8", leg.fingerprint()));
        assertTrue(leg.reads("kryo", leg.fingerprint()));
        assertFalse(Codec.kryo(Object.class, Leg.class).reads("kryo", leg.fingerprint()), "another root");
    }

    @Test
    void shouldSayWhichClassWasForgottenWhenTheCodecIsMade() {
        refused("Bags", "Codec.kryo(Bags.class, Leg.class)", () -> Codec.kryo(Bags.class, Side.class));
        refused("PriorityQueue", "own", () -> Codec.kryo(Declares.class));
        refused("ArrayList", "JDK", () -> Codec.kryo(Extends.class));
        refused("Inner", "constructor", () -> Codec.kryo(Inner.class));
        refused("Nothing", "name the classes", () -> Codec.kryo(Nothing.class));
    }

    @Test
    void shouldSayWhatCannotBeWritten() {
        Codec<Cyclic> codec = Codec.kryo(Cyclic.class);
        List<Object> inside = new ArrayList<>();
        Cyclic cyclic = new Cyclic(inside);
        inside.add(cyclic);
        notWritten("refers to itself", codec, cyclic);
        notWritten("Leg is not known", codec, new Cyclic(List.of(new Leg("x", 1, null))));
        notWritten("comparator", codec, new Cyclic(List.of(new TreeSet<>(Comparator.reverseOrder()))));
        notWritten("PriorityQueue", Codec.kryo(Queued.class), new Queued(new PriorityQueue<>()));
        inside.clear();
        assertEquals(cyclic, roundTrip(codec, cyclic), "and then works on");
    }

    @Test
    void shouldRefuseValuesOfAnotherClassThanTheChannelHas() {
        Codec<Object> any = Codec.kryo(Object.class, Leg.class, Numbers.class);
        Codec<Leg> legs = Codec.kryo(Leg.class, Numbers.class);

        ParleyException refused =
                assertThrows(ParleyException.class, () -> legs.decode(bytes(any, Everything.numbers())));

        assertEquals(ErrorCode.DECODING_FAILED, refused.code());
        assertTrue(refused.getMessage().contains("Numbers"), refused.getMessage());
    }

    @Test
    void shouldServeManyThreadsAtOnce() {
        Codec<Bags> codec = Codec.kryo(Bags.class, Leg.class, Side.class);
        String expected = Everything.bags().toString();
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            runs.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 200; n++) {
                    assertEquals(expected, roundTrip(codec, Everything.bags()).toString());
                }
            }));
        }
        CompletableFuture.allOf(runs.toArray(CompletableFuture<?>[]::new)).join();
    }

    @Test
    void shouldKeepNothingLargeAfterALargeMessage() {
        Codec<String> codec = Codec.kryo(String.class);
        String large = "ü".repeat(3_000_000);

        assertEquals(large, roundTrip(codec, large));
        ParleyException tooLarge =
                assertThrows(ParleyException.class, () -> codec.decode(ByteBuffer.allocate(Scribe.MAX_BYTES + 1)));
        assertTrue(tooLarge.getMessage().contains("16777216"), tooLarge.getMessage());
    }

    /** The file and the number were made by hand, from the layout as it is documented. */
    @Test
    void shouldWriteAndReadTheGoldenFile() {
        Codec<Leg> codec = Codec.kryo(Leg.class);
        Leg leg = new Leg("xetra", 5, new Leg("ß", -1, null));

        assertEquals(
                HexFormat.of().formatHex(Golden.read("kryo").array()),
                HexFormat.of().formatHex(bytes(codec, leg).array()));
        assertEquals(leg, codec.decode(Golden.read("kryo")));
        assertEquals(0x333C_B064_64CB_FB71L, codec.fingerprint());
    }

    private interface Nothing {}

    record Declares(PriorityQueue<String> queue) {}

    @SuppressWarnings("serial")
    static final class Extends extends ArrayList<String> {}

    @SuppressWarnings("ClassCanBeStatic") // what is refused
    final class Inner {}

    private static void refused(String what, String why, Runnable make) {
        ParleyException refused = assertThrows(ParleyException.class, make::run);
        assertEquals(ErrorCode.INVALID_ARGUMENT, refused.code());
        assertTrue(refused.getMessage().contains(what), refused.getMessage());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    private static <T> void notWritten(String why, Codec<T> codec, T value) {
        ParleyException refused = assertThrows(ParleyException.class, () -> bytes(codec, value));
        assertEquals(ErrorCode.ENCODING_FAILED, refused.code());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    }

    private static <T> T roundTrip(Codec<T> codec, T value) {
        return codec.decode(bytes(codec, value));
    }

    static <T> ByteBuffer bytes(Codec<T> codec, T value) {
        try {
            return bytes(codec, value, 8 * 1024);
        } catch (BufferOverflowException e) {
            return bytes(codec, value, 8 * 1024 * 1024);
        }
    }

    private static <T> ByteBuffer bytes(Codec<T> codec, T value, int room) {
        ByteBuffer out = ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
        codec.encode(value, out);
        return ByteBuffer.wrap(java.util.Arrays.copyOf(out.array(), out.position()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldCarrySetsAndMapsOfRecords() {
        Codec<Object> codec = Codec.kryo(Object.class, Leg.class);
        Object value = Map.of(new Leg("k", 1, null), Set.of(new Leg("v", 2, null)));

        assertEquals(value, roundTrip(codec, value));
    }
}
