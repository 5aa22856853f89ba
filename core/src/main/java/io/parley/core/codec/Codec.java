package io.parley.core.codec;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Turns values into bytes and back. Implementations are called from many threads at once and keep no state between calls
 * that is not safe for that.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {
    /** The name that both sides compare, for example {@code utf8}; at most 100 characters. */
    String name();

    /** A number that changes with the schema. Peers with different ones ask {@link #reads} before they talk. */
    long fingerprint();

    /** Whether {@link #decode} understands what the codec of that name and fingerprint wrote. */
    default boolean reads(String name, long fingerprint) {
        return name().equals(name) && fingerprint() == fingerprint;
    }

    /**
     * Writes the value at the buffer's position and moves it. The buffer is little endian. The call is made under the
     * channel's append lock: it must not wait, and must not send on the same channel.
     *
     * @throws java.nio.BufferOverflowException when the room does not do: the call is repeated with more room, up to the
     *     largest message
     */
    void encode(T value, ByteBuffer out);

    /**
     * Reads a value from position to limit. The buffer is little endian, and only valid during the call.
     *
     * @throws RuntimeException when the bytes make no sense; it is told as DECODING_FAILED
     */
    T decode(ByteBuffer in);

    /** Byte arrays, as they are; reads what any codec wrote, so tools can look at any channel. */
    static Codec<byte[]> bytes() {
        return BytesCodec.INSTANCE;
    }

    /** Text as UTF-8; also reads {@link #bytes}. */
    static Codec<String> utf8() {
        return Utf8Codec.INSTANCE;
    }

    /** 32-bit integers, 4 bytes little endian. */
    static Codec<Integer> int32() {
        return Int32Codec.INSTANCE;
    }

    /** 64-bit integers, 8 bytes little endian. */
    static Codec<Long> int64() {
        return Int64Codec.INSTANCE;
    }

    /**
     * Objects of these classes, written with Kryo: records, enums, and classes with a constructor without arguments, whose
     * fields travel unless they are transient. Text, numbers, arrays, collections, maps, {@code Optional}, {@code java.time},
     * {@code UUID} and the like are known to every codec; collections arrive as the usual mutable ones.
     *
     * <p>Both sides name the same classes, in any order; else they are told once, and no message travels. Fields are told
     * apart by their names: one may be added or removed while the other side still has the old class. What did not come is
     * null, zero or an empty {@code Optional}. A field of another type needs another name.
     *
     * <p>Bytes that come are believed nothing: no class is loaded, nothing is made for a length that the bytes do not hold,
     * values nest at most 100 deep and take at most 16 MiB. Values that refer to themselves cannot be written. A program with
     * a {@code module-info} opens the package of its classes to {@code io.parley.core}.
     *
     * @param type what is sent: a class, or an interface of which {@code others} are implementations
     * @param others all further classes that occur in it, at most 1,000
     * @throws io.parley.core.error.ParleyException INVALID_ARGUMENT when one of them cannot travel, or is missing
     */
    static <T> Codec<T> kryo(Class<T> type, Class<?>... others) {
        return KryoCodecs.OPENER.open(type, List.of(others));
    }
}
