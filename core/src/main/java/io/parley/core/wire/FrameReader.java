package io.parley.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.identity.NodeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the fields of a frame behind its header. Each length is checked against what remains before anything is allocated;
 * what does not fit throws {@link MalformedFrame}. Bytes after the last known field are ignored: later versions add there.
 */
final class FrameReader {
    private final ByteBuffer buffer;
    private final int end;
    private int at;

    FrameReader(ByteBuffer frame) {
        buffer = frame;
        at = frame.position() + FrameHeader.BYTES;
        end = frame.limit();
    }

    int u8() {
        return buffer.get(take(1)) & 0xFF;
    }

    int u16() {
        return buffer.getShort(take(2)) & 0xFFFF;
    }

    int u32() {
        return buffer.getInt(take(4));
    }

    long u64() {
        return buffer.getLong(take(8));
    }

    String string(int limit) {
        int length = u16();
        if (length > limit) {
            throw new MalformedFrame("a text of " + length + " bytes, expected at most " + limit);
        }
        int from = take(length);
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return new String(bytes, UTF_8);
    }

    /** A copy of a block of bytes that has its length before it. */
    ByteBuffer block() {
        int length = u32();
        if (length < 0) {
            throw new MalformedFrame("a block of " + Integer.toUnsignedString(length) + " bytes");
        }
        int from = take(length);
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    NodeId nodeId() {
        return new NodeId(Long.reverseBytes(u64()), Long.reverseBytes(u64()));
    }

    /** A count of elements that take at least so many bytes each. */
    int count(int elementBytes) {
        int count = u16();
        if ((long) count * elementBytes > end - at) {
            throw new MalformedFrame(count + " elements in " + (end - at) + " bytes");
        }
        return count;
    }

    /** A constant by its code, codes beginning with 0. */
    <E> E constant(E[] values) {
        int code = u8();
        if (code >= values.length) {
            throw new MalformedFrame("code " + code + ", expected less than " + values.length);
        }
        return values[code];
    }

    int position() {
        return at;
    }

    private int take(int bytes) {
        if (bytes > end - at) {
            throw new MalformedFrame("cut off: " + bytes + " bytes wanted, " + (end - at) + " left");
        }
        int from = at;
        at += bytes;
        return from;
    }
}
