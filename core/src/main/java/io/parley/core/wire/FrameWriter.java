package io.parley.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.identity.NodeId;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds a frame of fields in a buffer that grows. For control frames; DATA has its own way. */
final class FrameWriter {
    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    FrameWriter(FrameType type, int flags, int session) {
        FrameHeader.put(buffer, type, flags, session);
    }

    FrameWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    FrameWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    FrameWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    FrameWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** A constant by its place among its kind, which is a promise: constants are only ever added at the end. */
    @SuppressWarnings("EnumOrdinal") // the golden files hold each kind to it
    FrameWriter constant(Enum<?> value) {
        return u8(value.ordinal());
    }

    /** 16 bits of length, then UTF-8; cut at the limit of the length. */
    FrameWriter string(String value) {
        byte[] bytes = value.getBytes(UTF_8);
        int length = Math.min(bytes.length, 0xFFFF);
        u16(length);
        room(length).put(bytes, 0, length);
        return this;
    }

    FrameWriter nodeId(NodeId id) {
        room(NodeId.BYTES).order(ByteOrder.BIG_ENDIAN).putLong(id.high()).putLong(id.low());
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        return this;
    }

    /** 32 bits of length, then the bytes from position to limit, which stays where it is. */
    FrameWriter block(ByteBuffer bytes) {
        int length = bytes.remaining();
        u32(length);
        room(length).put(bytes.duplicate());
        return this;
    }

    /** A record without options, the last thing in a frame. */
    FrameWriter record(long lsn, long time, ByteBuffer payload) {
        int length = Record.FIXED + payload.remaining();
        ByteBuffer out = room(length);
        int at = out.position();
        Record.writeShape(out, at, length, 0);
        Record.writePlace(out, at, lsn, time);
        out.position(at + Record.FIXED).put(payload.duplicate());
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
            buffer =
                    ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(buffer.flip());
        }
        return buffer;
    }

    ByteBuffer done() {
        return buffer.flip();
    }
}
