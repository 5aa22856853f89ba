package io.parley.core.internal.session;

import io.parley.core.log.Record;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.MalformedFrame;
import java.nio.ByteBuffer;

/**
 * One record that comes in chunks, put together into the frame that it would have been: with the head of the last chunk, so
 * that time and lease are those of its end.
 */
final class Assembly {
    private final int records;
    private final Pieces pieces;

    /** Begins with the first chunk, which was checked. */
    Assembly(ByteBuffer first) {
        if (Chunk.offset(first) != 0) {
            throw new MalformedFrame("a chunk at " + Chunk.offset(first) + " of a record that did not begin");
        }
        records = head(first);
        pieces = new Pieces(records, Chunk.total(first));
    }

    private static int head(ByteBuffer frame) {
        return DataHead.recordsOffset(frame) - frame.position();
    }

    /** The length of the record. */
    int total() {
        return pieces.total();
    }

    /** How much of the record is here. */
    int filled() {
        return pieces.filled();
    }

    /** Adds a chunk. */
    void add(ByteBuffer frame) {
        if (head(frame) != records) {
            throw new MalformedFrame("a chunk with another head than the one before");
        }
        if (pieces.add(frame, Chunk.bytes(frame), Chunk.offset(frame), Chunk.total(frame))) {
            pieces.bytes().put(0, frame, frame.position(), records);
            FrameHeader.clear(pieces.bytes(), FrameHeader.CHUNK);
        }
    }

    /** The frame, once the last chunk is there. */
    ByteBuffer whole() {
        ByteBuffer whole = pieces.bytes();
        if (Record.check(whole, records, whole.limit()) != total()) {
            throw new MalformedFrame("the chunks of " + total() + " bytes make no record");
        }
        return whole;
    }
}
