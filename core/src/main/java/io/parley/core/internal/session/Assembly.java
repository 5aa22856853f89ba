package io.parley.core.internal.session;

import io.parley.core.log.Record;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One record that comes in chunks, put together into the frame that it would have been: with the head of the last chunk, so
 * that time and lease are those of its end. Takes no more memory than twice what has come.
 */
final class Assembly {
    private final int records;
    private final int total;
    private ByteBuffer whole;
    private int filled;

    /** Begins with the first chunk, which was checked. */
    Assembly(ByteBuffer first) {
        if (Chunk.offset(first) != 0) {
            throw new MalformedFrame("a chunk at " + Chunk.offset(first) + " of a record that did not begin");
        }
        total = Chunk.total(first);
        records = DataHead.recordsOffset(first) - first.position();
        whole = buffer(0);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The length of the record. */
    int total() {
        return total;
    }

    /** How much of the record is here. */
    int filled() {
        return filled;
    }

    /** Adds a chunk; returns whether that was the last. */
    boolean add(ByteBuffer frame) {
        int head = DataHead.recordsOffset(frame) - frame.position();
        if (Chunk.offset(frame) != filled || Chunk.total(frame) != total || head != records) {
            throw new MalformedFrame("a chunk at " + Chunk.offset(frame) + " of " + Chunk.total(frame)
                    + ", expected at " + filled + " of " + total);
        }
        int from = Chunk.bytes(frame);
        int length = frame.limit() - from;
        makeRoom(filled + length);
        whole.put(records + filled, frame, from, length);
        filled += length;
        if (filled < total) {
            return false;
        }
        whole.put(0, frame, frame.position(), records);
        FrameHeader.clear(whole, FrameHeader.CHUNK);
        return true;
    }

    private void makeRoom(int bytes) {
        int size = whole.capacity() - records;
        if (bytes > size) {
            ByteBuffer larger = buffer(records + (int) Math.min(total, Math.max(bytes, 2L * size)));
            whole = larger.put(0, whole, 0, whole.capacity());
        }
    }

    /** The frame, once the last chunk is there. */
    ByteBuffer whole() {
        if (Record.check(whole, records, whole.limit()) != total) {
            throw new MalformedFrame("the chunks of " + total + " bytes make no record");
        }
        return whole;
    }
}
