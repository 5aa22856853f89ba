package io.parley.core.wire;

import io.parley.core.identity.NodeId;
import java.nio.ByteBuffer;

/**
 * The end of a link that is refused; whoever sends it drops the link.
 *
 * <pre>
 *   header | reason u8 | id 16 bytes big endian | text str
 * </pre>
 *
 * @param reason for programs
 * @param from who refuses, so that its address need not be dialled while there is another link
 * @param text for people
 */
public record Reject(Reason reason, NodeId from, String text) {
    private static final Reason[] REASONS = Reason.values();
    private static final int MAX_TEXT = 1_000;

    /** Why. The ordinal is the code on the wire: only ever add at the end. */
    public enum Reason {
        /** What came cannot be read, or came out of turn. */
        MALFORMED,
        /** No common version, or something that must be understood is not. */
        UNSUPPORTED,
        /** You are talking to yourself. Not dialled again. */
        SELF,
        /** Another group. */
        WRONG_GROUP,
        /** The two nodes have a link already. */
        DUPLICATE_LINK,
        /** A process with the same id is alive. */
        DUPLICATE_IDENTITY,
        /** The id was seen with a higher epoch: this is an old copy of its data. */
        STALE_EPOCH,
        /** The node has as many peers as it may. */
        TOO_MANY_PEERS,
        /** The node is closing. */
        CLOSING
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        return new FrameWriter(FrameType.REJECT, 0, 0)
                .constant(reason)
                .nodeId(from)
                .string(text)
                .done();
    }

    /** Reads the frame. */
    public static Reject decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        return new Reject(in.constant(REASONS), in.nodeId(), in.string(MAX_TEXT));
    }
}
