package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.KryoBufferUnderflowException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message and not a byte beyond, from an array that it does not change. Kryo believes lengths that it reads; here
 * each is checked against what remains before anything of that length is made.
 */
final class BoundedInput extends Input {
    private static final byte[] NOTHING = new byte[0];
    private static final int KEPT_CHARS = 64 * 1024;
    private static final int FIRST_CHARS = 256;
    /** What a message may make of fields, also of those that it does not fill: so many, and so many more for each of its bytes. */
    private static final long FREE_FIELDS = 65_536;

    private static final long FIELDS_PER_BYTE = 4;

    private long fieldsLeft;

    BoundedInput() {
        super(NOTHING);
    }

    /** Begins with a message. */
    void begin(byte[] bytes, int offset, int length) {
        setBuffer(bytes, offset, length);
        fieldsLeft = FREE_FIELDS + FIELDS_PER_BYTE * length;
    }

    /** Refuses an object of so many fields, when the message has made more of them than its length warrants. */
    void makeFields(int count) {
        fieldsLeft -= count + 1;
        if (fieldsLeft < 0) {
            throw new IllegalArgumentException("it makes more fields than its length warrants: " + FIELDS_PER_BYTE
                    + " for each byte, and " + FREE_FIELDS);
        }
    }

    /** Refuses so many elements of at least that size, unless they fit into what remains. */
    void need(int count, int size) {
        int remaining = limit - position;
        if (count < 0 || count > remaining / size) {
            throw new KryoBufferUnderflowException("a length of " + count + " where " + remaining + " bytes remain");
        }
    }

    /** Ends the input after so many bytes; returns where it ended before. */
    int narrow(int length) {
        need(length, 1);
        int outer = limit;
        limit = position + length;
        return outer;
    }

    /** Forgets the message, and what a large one took. */
    void release() {
        setBuffer(NOTHING);
        if (chars.length > KEPT_CHARS) {
            chars = new char[FIRST_CHARS];
        }
    }

    @Override
    protected int require(int required) {
        if (limit - position < required) {
            throw new KryoBufferUnderflowException(
                    "it ends where " + required + " more bytes are expected, " + (limit - position) + " remain");
        }
        return limit - position;
    }

    @Override
    protected int optional(int optional) {
        int remaining = limit - position;
        return remaining == 0 ? -1 : Math.min(remaining, optional);
    }

    @Override
    public @Nullable String readString() {
        checkText();
        return super.readString();
    }

    @Override
    public @Nullable StringBuilder readStringBuilder() {
        checkText();
        return super.readStringBuilder();
    }

    /** Text that says how long it is: a character takes a byte at least. */
    private void checkText() {
        int start = position;
        if (readVarIntFlag()) {
            int count = readVarIntFlag(true);
            need(count > 0 ? count - 1 : count, 1); // 0 is null, 1 is no character
        }
        position = start;
    }

    @Override
    public byte[] readBytes(int length) {
        need(length, Byte.BYTES);
        return super.readBytes(length);
    }

    @Override
    public boolean[] readBooleans(int length) {
        need(length, Byte.BYTES);
        return super.readBooleans(length);
    }

    @Override
    public short[] readShorts(int length) {
        need(length, Short.BYTES);
        return super.readShorts(length);
    }

    @Override
    public char[] readChars(int length) {
        need(length, Character.BYTES);
        return super.readChars(length);
    }

    @Override
    public int[] readInts(int length) {
        need(length, Integer.BYTES);
        return super.readInts(length);
    }

    @Override
    public int[] readInts(int length, boolean optimizePositive) {
        need(length, Byte.BYTES);
        return super.readInts(length, optimizePositive);
    }

    @Override
    public long[] readLongs(int length) {
        need(length, Long.BYTES);
        return super.readLongs(length);
    }

    @Override
    public long[] readLongs(int length, boolean optimizePositive) {
        need(length, Byte.BYTES);
        return super.readLongs(length, optimizePositive);
    }

    @Override
    public float[] readFloats(int length) {
        need(length, Float.BYTES);
        return super.readFloats(length);
    }

    @Override
    public double[] readDoubles(int length) {
        need(length, Double.BYTES);
        return super.readDoubles(length);
    }
}
