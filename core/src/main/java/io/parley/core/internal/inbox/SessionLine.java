package io.parley.core.internal.inbox;

import io.parley.core.Peer;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.TopicInbox;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import java.nio.ByteBuffer;

/** One session's line in an {@link Inbox}. The loop puts; the handling thread gets on with it. */
final class SessionLine implements TopicInbox.Line {
    private final Inbox inbox;
    private final Peer peer;
    private final SenderProgress progress;
    private final HandledCount count;
    private boolean begun;
    private boolean asked;
    private volatile boolean dropped;

    SessionLine(Inbox inbox, Peer peer, SenderProgress progress) {
        this.inbox = inbox;
        this.peer = peer;
        this.progress = progress;
        count = inbox.newCount();
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
        return count.number();
    }

    @Override
    public boolean settled() {
        return count.settled();
    }

    @Override
    public long handledBytes() {
        return count.bytes();
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

    // the handling thread

    /** Whether nothing of it was looked at before. */
    boolean begins() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** Whether the program was asked what of this sender it has executed. */
    boolean asked() {
        return asked;
    }

    void wasAsked() {
        asked = true;
    }

    /** The handling thread is through with everything up to this number. */
    void advance(long number, int bytes) {
        count.advance(number, bytes, progress.entry());
    }
}
