package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * What became of a request.
 *
 * <pre>
 *   header | correlation u64 | status u8 | text str | length u32, payload
 * </pre>
 *
 * A payload that is too large for a frame goes in chunks, see {@link Chunk}.
 *
 * @param correlation of the request
 * @param status what became of it
 * @param text for people; empty when done
 * @param payload the value when done, else empty
 */
public record Reply(long correlation, Status status, String text, ByteBuffer payload) {
    private static final int MAX_TEXT = 4_000;
    private static final int TEXT_CHARACTERS = 1_000;
    private static final Status[] STATES = Status.values();

    /** What became of a request. The ordinal is the code on the wire: only ever add at the end. */
    public enum Status {
        /** It ran, and here is its value. */
        DONE,
        /** It ran, and failed. */
        FAILED,
        /** Not begun: too many wait. */
        BUSY,
        /** Not begun: there is no such service here. */
        NOT_SERVED,
        /** Not begun: the replier is closing. */
        STOPPING,
        /** Not begun: the request cannot be read. */
        UNREADABLE;

        /** Whether the request certainly did not run, and another replier may be asked. */
        public boolean refused() {
            return this == BUSY || this == NOT_SERVED || this == STOPPING;
        }
    }

    /** Of a request that did not succeed. */
    public Reply(long correlation, Status status, String text) {
        this(correlation, status, text, ByteBuffer.allocate(0));
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        return head(0).block(payload).done();
    }

    /** What stands before the payload in each of its chunks. */
    public ByteBuffer chunkHead() {
        return head(FrameHeader.CHUNK).done();
    }

    private FrameWriter head(int flags) {
        String cut = text.length() <= TEXT_CHARACTERS ? text : text.substring(0, TEXT_CHARACTERS);
        return new FrameWriter(FrameType.REPLY, flags, 0)
                .u64(correlation)
                .constant(status)
                .string(cut);
    }

    /** Reads the frame; the payload is a copy. That of a chunk is read by {@link #part}. */
    public static Reply decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        long correlation = in.u64();
        Status status = in.constant(STATES);
        String text = in.string(MAX_TEXT);
        return Chunk.is(frame)
                ? new Reply(correlation, status, text)
                : new Reply(correlation, status, text, in.block());
    }

    /**
     * Reads which part of the payload stands in a chunk.
     *
     * @throws MalformedFrame when there is none, or it is part of one that is too large
     */
    public static Chunk.Part part(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        in.u64();
        in.u8();
        in.string(MAX_TEXT);
        return Chunk.read(frame, in.position(), Request.MAX_PAYLOAD);
    }
}
