package io.parley.core.internal.session;

import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Position;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way in chunks: what its frame's head says, and how far it is. To the outlet it was sent when it was put into
 * a frame; its number counts as sent with the last chunk.
 */
final class LargeRecord {
    private final Segment segment;
    private final int from;
    private final int to;
    private final Head head;
    private final @Nullable Lease lease;
    private final long since;
    private int next;

    /** What all its frames say. */
    record Head(long epoch, long settledUpTo, Position lowWater) {}

    LargeRecord(Segment segment, int from, int to, Head head, @Nullable Lease lease, long now) {
        this.segment = segment;
        this.from = from;
        this.to = to;
        this.head = head;
        this.lease = lease;
        since = now;
        next = from;
        segment.pin();
    }

    /** Its place in the log. */
    long lsn() {
        return Record.lsn(segment.buffer(), from);
    }

    /** Puts the next chunk into an empty frame; returns whether that was the last. */
    boolean put(FrameBuilder frame, long now) {
        int end = Math.min(to, next + Math.max(1, frame.roomForBytes()));
        frame.epoch(head.epoch);
        frame.marks(head.settledUpTo, head.lowWater);
        if (lease != null) {
            frame.lease(lease.shorter(TimeUnit.NANOSECONDS.toMillis(now - since)));
        }
        frame.chunk(segment, next, end, new FrameBuilder.Part(next - from, to - from));
        next = end;
        if (next < to) {
            return false;
        }
        release();
        return true;
    }

    /** It goes no further. */
    void release() {
        segment.unpin();
    }
}
