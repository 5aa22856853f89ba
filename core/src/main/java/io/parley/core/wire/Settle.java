package io.parley.core.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of leased messages.
 *
 * <pre>
 *   header (session) | n u16, n × ( lease u64 | epoch u64 | lsn u64 | outcome u8 | delay ms u32 | cause str )
 * </pre>
 *
 * @param session the session
 * @param items the messages
 */
public record Settle(int session, List<Item> items) {
    /** The most messages in one frame. */
    public static final int MAX_ITEMS = 500;

    private static final int MIN_ITEM = 8 + 16 + 1 + 4 + 2;
    private static final int MAX_CAUSE = 1_000;
    private static final Outcome[] OUTCOMES = Outcome.values();

    /** What became of a message. The ordinal is the code on the wire: only ever add at the end. */
    public enum Outcome {
        /** Processed. Counts from any lease. */
        DONE,
        /** The handler failed: run it again, an attempt is used up. */
        RETRY,
        /** The handler says that it can never be processed. */
        DEAD,
        /** Given back before it was started: no attempt is used up. */
        RETURNED,
        /** Its time to live was over before it was started. */
        EXPIRED
    }

    /**
     * One message.
     *
     * @param lease the lease it was held under
     * @param id which message
     * @param outcome what became of it
     * @param delayMillis for RETRY: not before; 0 leaves it to the sender's backoff
     * @param cause for people; empty when done
     */
    public record Item(long lease, Position id, Outcome outcome, int delayMillis, String cause) {}

    public Settle {
        items = List.copyOf(items);
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        FrameWriter out = new FrameWriter(FrameType.SETTLE, 0, session).u16(items.size());
        for (Item item : items) {
            out.u64(item.lease);
            item.id.put(out);
            out.constant(item.outcome)
                    .u32(item.delayMillis)
                    .string(item.cause.length() <= 200 ? item.cause : item.cause.substring(0, 200));
        }
        return out.done();
    }

    /** Reads the frame. */
    public static Settle decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        int n = in.count(MIN_ITEM);
        List<Item> items = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            items.add(new Item(
                    in.u64(), Position.take(in), in.constant(OUTCOMES), Math.max(0, in.u32()), in.string(MAX_CAUSE)));
        }
        return new Settle(FrameHeader.session(frame), items);
    }
}
