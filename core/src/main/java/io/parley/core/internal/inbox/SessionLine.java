package io.parley.core.internal.inbox;

import io.parley.core.Peer;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.TopicInbox;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** One session's line in an {@link Inbox}. The loop puts; the handling thread advances the counters. */
final class SessionLine implements TopicInbox.Line {
    private final Inbox inbox;
    private final Peer peer;
    private final SenderProgress progress;
    private final AtomicLong handled = new AtomicLong();
    private final AtomicLong handledBytes = new AtomicLong();
    private volatile boolean dropped;

    SessionLine(Inbox inbox, Peer peer, SenderProgress progress) {
        this.inbox = inbox;
        this.peer = peer;
        this.progress = progress;
    }

    @Override
    public void put(InFrame frame) {
        ByteBuffer bytes = frame.buffer();
        inbox.add(Entry.ofFrame(this, frame, DataHead.firstNumber(bytes), DataHead.count(bytes)));
    }

    @Override
    public void put(Gap gap) {
        inbox.add(Entry.ofGap(this, gap));
    }

    @Override
    public long handled() {
        return handled.get();
    }

    @Override
    public long handledBytes() {
        return handledBytes.get();
    }

    @Override
    public void end() {
        dropped = true;
    }

    Peer peer() {
        return peer;
    }

    SenderProgress progress() {
        return progress;
    }

    boolean dropped() {
        return dropped;
    }

    /** The handling thread is through with everything up to this number. */
    void advance(long number, int bytes) {
        handledBytes.lazySet(handledBytes.getPlain() + bytes);
        handled.lazySet(number);
    }
}
