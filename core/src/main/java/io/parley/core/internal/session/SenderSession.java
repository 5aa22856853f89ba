package io.parley.core.internal.session;

import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Credit;
import org.jspecify.annotations.Nullable;

/**
 * A session at its sender: numbers what is sent, and keeps within the credit. What is sent is the outlet's business.
 *
 * <p>Two rules keep frames full when there is much to send, and change nothing when there is little: with less than a frame of
 * credit left and something on its way, it waits for the next grant; with a frame on its way and less than a frame waiting, it
 * lets up to {@value #MAX_YIELDS} turns pass.
 *
 * <p>A record that is too large for a frame takes as many frames as it needs, a chunk each, and one number. Each keeps within
 * the credit, and other sessions have their turns between them.
 */
public final class SenderSession {
    private static final int MAX_YIELDS = 3;

    private final int id;
    private final OutletSession outlet;
    private final long window;
    private Credit credit;
    private long nextNumber = 1;
    private long sentBytes;
    private int yields;
    private @Nullable LargeRecord large;

    /** A session with its first grant. */
    public SenderSession(int id, OutletSession outlet, Credit credit) {
        this.id = id;
        this.outlet = outlet;
        this.credit = credit;
        window = credit.bytes();
    }

    /** The session's number. */
    public int id() {
        return id;
    }

    /** What decides what is sent. */
    public OutletSession outlet() {
        return outlet;
    }

    /** The number of the last item that was sent; 0 for none. */
    public long lastNumber() {
        return nextNumber - 1;
    }

    /** Whether there is credit for another item. */
    public boolean hasCredit() {
        return credit.number() >= nextNumber && credit.bytes() > sentBytes;
    }

    /** Whether there is something to send and credit for it. */
    public boolean ready() {
        return large != null ? credit.bytes() > sentBytes : hasCredit() && outlet.hasMore();
    }

    /**
     * Whether to wait for a larger grant rather than to cut a frame short. A receiver grants anew at the latest when a quarter
     * of its window was used, so a grant is on its way whenever less than a quarter is left.
     */
    public boolean saving(int bestFrame) {
        return large == null && credit.bytes() - sentBytes < Math.min(bestFrame, window / 4);
    }

    /** Whether there is credit for a frame worth sending. */
    public boolean mayTake(int bestFrame) {
        return hasCredit() && !saving(bestFrame);
    }

    /** Whether to let a turn pass for a fuller frame. */
    public boolean yields() {
        return large == null && yields < MAX_YIELDS && ++yields > 0;
    }

    /** Lets the outlet fill a frame; returns whether something was put into it. */
    public boolean fill(FrameBuilder frame, int bestFrame, long now) {
        yields = 0;
        if (large != null) {
            return fillChunk(large, frame, bestFrame, now);
        }
        int records = (int) Math.min(Integer.MAX_VALUE, credit.number() - nextNumber + 1);
        int bytes = (int) Math.min(bestFrame, credit.bytes() - sentBytes);
        frame.begin(id, nextNumber, records, bytes);
        outlet.fill(frame, now);
        if (frame.recordBytes() > FrameBuilder.MAX_WHOLE) {
            LargeRecord record = frame.cut(now);
            large = record;
            return fillChunk(record, frame, bestFrame, now);
        }
        nextNumber += frame.items();
        sentBytes += frame.recordBytes();
        return frame.items() > 0;
    }

    private boolean fillChunk(LargeRecord record, FrameBuilder frame, int bestFrame, long now) {
        frame.begin(id, nextNumber, 1, bestFrame);
        if (record.put(frame, now)) {
            large = null;
            nextNumber++;
        }
        sentBytes += frame.recordBytes();
        return true;
    }

    /** Whether a record is on its way in chunks: nothing else of this session may come between them. */
    public boolean sendsChunks() {
        return large != null;
    }

    /** The message that is on its way in chunks; {@link Long#MAX_VALUE} for none. */
    public long unsentLsn() {
        LargeRecord record = large;
        return record == null ? Long.MAX_VALUE : record.lsn();
    }

    /** The session is over: what was not sent of a record is not sent any more. */
    public void end() {
        LargeRecord record = large;
        if (record != null) {
            large = null;
            record.release();
        }
    }

    /**
     * An acknowledgement.
     *
     * @return false when it names numbers that were never sent, which no well-behaved peer does
     */
    public boolean acked(Ack ack, long now) {
        if (ack.processed() >= nextNumber || ack.started() >= nextNumber || !rangesSent(ack)) {
            return false;
        }
        credit = credit.max(ack.credit());
        outlet.acked(ack, now);
        return true;
    }

    private boolean rangesSent(Ack ack) {
        for (Ack.Range range : ack.ranges()) {
            if (range.from() > range.to() || range.to() >= nextNumber || range.from() <= 0) {
                return false;
            }
        }
        return true;
    }
}
