package io.parley.core.wire;

import java.nio.ByteBuffer;

/**
 * What became of a request.
 *
 * <pre>
 *   header | correlation u64 | status u8 | text str | length u32, payload
 * </pre>
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
        String cut = text.length() <= TEXT_CHARACTERS ? text : text.substring(0, TEXT_CHARACTERS);
        return new FrameWriter(FrameType.REPLY, 0, 0)
                .u64(correlation)
                .constant(status)
                .string(cut)
                .block(payload)
                .done();
    }

    /** Reads the frame; the payload is a copy. */
    public static Reply decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        return new Reply(in.u64(), in.constant(STATES), in.string(MAX_TEXT), in.block());
    }
}
