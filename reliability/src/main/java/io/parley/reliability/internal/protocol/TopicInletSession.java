package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.Start;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.InletSession;
import io.parley.core.spi.OutletSession;
import io.parley.core.spi.SenderOffer;
import io.parley.core.spi.TopicInbox;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Credit;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Position;
import io.parley.core.wire.Resume;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session of a reader of a topic at its receiver: acknowledges what the inbox has handled, when a quarter of the window is
 * used, when nothing waits any more, or after 20 ms.
 */
final class TopicInletSession implements InletSession {
    static final long ACK_DELAY = TimeUnit.MILLISECONDS.toNanos(20);

    private final ReaderSettings settings;
    private final TopicInbox inbox;
    private final SenderOffer offer;
    private TopicInbox.@Nullable Line line;
    private long received;
    private long acked;
    private long ackedBytes;
    private long waitingSince = Long.MAX_VALUE;
    private boolean draining;

    TopicInletSession(ReaderSettings settings, TopicInbox inbox, SenderOffer offer) {
        this.settings = settings;
        this.inbox = inbox;
        this.offer = offer;
    }

    /** A sender that still has this reader's place starts there if that is further on: so it does no harm to ask again. */
    @Override
    public Resume resume() {
        Position last = inbox.lastHandled(offer.peer());
        if (!last.equals(Position.ZERO)) {
            return new Resume.After(last, List.of());
        }
        boolean next = settings.start() instanceof Start.New && offer.timing() == SenderOffer.Timing.READER_FIRST;
        return next ? new Resume.At(offer.next()) : new Resume.Fresh(settings.start());
    }

    @Override
    public Credit credit() {
        return new Credit(settings.window().messages(), settings.window().bytes());
    }

    @Override
    public void attached(Attached attached, long now) {
        line = inbox.open(offer.peer());
        received = attached.firstNumber() - 1;
    }

    @Override
    public void data(InFrame frame, long now) {
        TopicInbox.Line to = line;
        if (to == null || draining) {
            frame.release();
            return;
        }
        received += DataHead.count(frame.buffer());
        to.put(frame);
    }

    @Override
    public void gap(Gap gap, long now) {
        TopicInbox.Line to = line;
        if (to != null && !draining) {
            received++;
            to.put(gap);
        }
    }

    @Override
    public long turn(AckPort out, long now) {
        TopicInbox.Line from = line;
        long handled = from == null ? acked : from.handled();
        if (from == null || handled == acked) {
            return Long.MAX_VALUE;
        }
        long bytes = from.handledBytes();
        waitingSince = Math.min(waitingSince, now);
        long due = waitingSince + ACK_DELAY;
        ReaderSettings.Window window = settings.window();
        boolean worthIt = handled - acked >= quarter(window.messages())
                || bytes - ackedBytes >= quarter(window.bytes())
                || handled >= received
                || draining
                || now >= due;
        if (!worthIt) {
            return due;
        }
        if (!out.writable()) {
            return Long.MAX_VALUE;
        }
        out.ack(handled, List.of(), 0, new Credit(handled + window.messages(), bytes + window.bytes()));
        acked = handled;
        ackedBytes = bytes;
        waitingSince = Long.MAX_VALUE;
        return Long.MAX_VALUE;
    }

    private static long quarter(long window) {
        return Math.max(1, window / 4);
    }

    @Override
    public void ended(OutletSession.Ending ending, long now) {
        TopicInbox.Line over = line;
        if (over != null) {
            over.end();
        }
        draining = ending == OutletSession.Ending.DRAINING;
        if (!draining) {
            line = null;
        }
    }

    /** Whether its sender knows all that was handled. */
    boolean told() {
        TopicInbox.Line of = line;
        return of == null || of.handled() == acked && of.settled();
    }
}
