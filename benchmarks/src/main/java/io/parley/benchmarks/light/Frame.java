package io.parley.benchmarks.light;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A frame that is written or read, field by field, in the notation of {@code docs/protocol.md}, sections 3 and 4. */
final class Frame {
    static final int HELLO = 1;
    static final int WELCOME = 2;
    static final int REJECT = 3;
    static final int OFFER = 4;
    static final int ATTACH = 5;
    static final int ATTACHED = 6;
    static final int REFUSED = 7;
    static final int DATA = 9;
    static final int GAP = 10;
    static final int ACK = 11;
    static final int REQUEST = 14;
    static final int REPLY = 15;
    static final int PING = 17;
    static final int PONG = 18;
    static final int BYE = 20;

    static final int COMPLETE = 1;

    private static final int MAGIC = 0x50B7;
    private static final int TYPE = 3;
    private static final int SESSION = 8;
    private static final int HEADER = 12;

    private final ByteBuffer bytes;

    private Frame(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** To be written, of at most so many bytes behind the header. */
    static Frame of(int type, int flags, int session, int most) {
        Frame frame = new Frame(ByteBuffer.allocate(HEADER + most));
        frame.bytes.putShort((short) MAGIC).put((byte) 1).put((byte) type);
        frame.bytes.putShort((short) flags).putShort((short) 0).putInt(session);
        return frame;
    }

    /** To be read: the position is behind the header. */
    static Frame read(byte[] bytes) {
        Frame frame = new Frame(ByteBuffer.wrap(bytes));
        if (bytes.length < HEADER || frame.bytes.getShort(0) != (short) MAGIC || frame.bytes.get(2) != 1) {
            throw new IllegalStateException("no frame of version 1, " + bytes.length + " bytes");
        }
        frame.bytes.position(HEADER);
        return frame;
    }

    int type() {
        return bytes.get(TYPE) & 0xFF;
    }

    int session() {
        return bytes.getInt(SESSION);
    }

    /** What was written. */
    byte[] toBytes() {
        byte[] all = new byte[bytes.position()];
        bytes.get(0, all);
        return all;
    }

    Frame u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    Frame u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    Frame u32(long value) {
        bytes.putInt((int) value);
        return this;
    }

    Frame u64(long value) {
        bytes.putLong(value);
        return this;
    }

    Frame raw(byte[] value) {
        bytes.put(value);
        return this;
    }

    Frame str(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return u16(utf8.length).raw(utf8);
    }

    int u8() {
        return bytes.get() & 0xFF;
    }

    int u16() {
        return bytes.getShort() & 0xFFFF;
    }

    int u32() {
        return bytes.getInt();
    }

    long u64() {
        return bytes.getLong();
    }

    byte[] raw(int length) {
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    String str() {
        return new String(raw(u16()), StandardCharsets.UTF_8);
    }

    void skip(int length) {
        bytes.position(bytes.position() + length);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }
}
