package io.parley.reliability.internal.protocol;

import io.parley.core.channel.GapReason;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Damage;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
import java.util.List;

/** A session of a reader of a RELIABLE topic, at its sender: sends what lies behind the reader's place, in order. */
final class TopicSession implements OutletSession, NumberRuns.Passed {
    /** Records passed over by one call, so that a filter that matches next to nothing does not hold up the loop. */
    private static final int MAX_SKIPPED = 16_384;

    private final TopicOutlet outlet;
    private final TopicPlace place;
    private int skipped;
    private long frameEpoch;
    private boolean draining;

    TopicSession(TopicOutlet outlet, TopicPlace place) {
        this.outlet = outlet;
        this.place = place;
    }

    private boolean over() {
        return place.session() != this;
    }

    @Override
    public boolean hasMore() {
        LogCursor cursor = place.cursor();
        return !over()
                && !draining
                && (cursor.overtaken()
                        || cursor.hasNext()
                        || !cursor.waits() && outlet.log().skippedTo() > place.due()
                        || damagedUpTo(place.due()) >= place.due());
    }

    @Override
    public void fill(FrameFiller frame, long now) {
        if (over() || draining) {
            return;
        }
        LogCursor cursor = place.cursor();
        skipped = 0;
        if (!place.holds()) {
            outlet.rejoin(place, now);
        }
        if (missed(frame)) {
            return;
        }
        outlet.expiry().scan(now);
        long before = frame.nextNumber();
        frameEpoch = cursor.hasNext() ? outlet.epochs().of(cursor.segment()) : 0;
        if (place.match().everything() && outlet.expiry().noneFrom(cursor.lsn()) && !place.mayHaveProcessed()) {
            fillRuns(frame);
        } else {
            fillChosen(frame, now);
        }
        if (frame.nextNumber() > before) {
            frame.epoch(frameEpoch);
            frame.marks(settled(), outlet.cursors().announced(place));
        }
        if (skipped > 0) {
            outlet.advanced(place, now);
        }
    }

    /** The cursor's place tells a reader what it may forget; numbers say so only where nothing has to be forced before. */
    private long settled() {
        return outlet.cursors().durable() ? 0 : place.ackedNumber();
    }

    /** Whether the next record is due, and of the epoch of this frame. */
    private boolean continues(LogCursor cursor) {
        return cursor.hasNext()
                && cursor.lsn() == place.due()
                && cursor.lsn() < outlet.expiry().seenLsn()
                && outlet.epochs().of(cursor.segment()) == frameEpoch;
    }

    /** Tells what is not there any more, or never was: damaged, overtaken by the log's start, or dropped when it was full. */
    private boolean missed(FrameFiller frame) {
        LogCursor cursor = place.cursor();
        boolean overtaken = cursor.overtaken();
        long skippedTo = outlet.log().skippedTo();
        // looked at in this order, nothing that was appended can lie before skippedTo
        long next = overtaken ? outlet.firstLsn() : cursor.hasNext() ? cursor.lsn() : Math.max(skippedTo, place.due());
        if (cursor.waits()) {
            return true; // nothing is known yet of what comes next
        }
        long damagedUpTo = damagedUpTo(place.due());
        if (damagedUpTo >= place.due()) {
            return tellMissing(frame, GapReason.CORRUPT, damagedUpTo + 1);
        }
        if (next == place.due()) {
            return false;
        }
        Damage behind = outlet.log().damage(place.due());
        long end = behind == null ? next : Math.min(next, behind.fromLsn());
        return tellMissing(frame, overtaken ? place.missed() : GapReason.OVERFLOW, end);
    }

    /** The last of the messages from this one on that cannot be read any more; 0 when this one is not among them. */
    private long damagedUpTo(long lsn) {
        Damage damage = outlet.log().damage(lsn);
        return damage == null || damage.fromLsn() > lsn ? 0 : damage.toLsn();
    }

    private boolean tellMissing(FrameFiller frame, GapReason reason, long end) {
        return tellGap(frame, reason, end - 1, new FrameFiller.Missing(end - place.due(), exactness()));
    }

    private Gap.Exactness exactness() {
        return place.match().everything() ? Gap.Exactness.EXACT : Gap.Exactness.UPPER_BOUND;
    }

    /** Puts a GAP from what is due up to this message, and moves behind it. */
    private boolean tellGap(FrameFiller frame, GapReason reason, long to, FrameFiller.Missing missing) {
        Epochs epochs = outlet.epochs();
        place.sent().gap(frame.nextNumber(), epochs.at(to), place.due(), to);
        frame.gap(reason, epochs.position(place.due()), epochs.position(to), missing);
        place.seek(to + 1);
        return true;
    }

    private void fillRuns(FrameFiller frame) {
        LogCursor cursor = place.cursor();
        boolean empty = true;
        while (frame.roomForRecords() > 0 && continues(cursor)) {
            Segment segment = cursor.segment();
            int from = cursor.offset();
            long lsn = cursor.lsn();
            long known = outlet.expiry().seenLsn() - lsn;
            int count = cursor.nextRun(frame.roomForBytes(), (int) Math.min(frame.roomForRecords(), known));
            if (count == 0) {
                if (!empty || known <= 0) {
                    return;
                }
                cursor.next();
                count = 1;
            }
            put(frame, segment, new Run(lsn, from, cursor.offset(), count));
            place.due(cursor.lsn());
            empty = false;
        }
    }

    /** Records of one segment that follow one another. */
    private record Run(long lsn, int from, int to, int count) {}

    private void put(FrameFiller frame, Segment segment, Run run) {
        place.sent().records(frame.nextNumber(), frameEpoch, run.lsn, run.count);
        frame.records(segment, run.from, run.to, run.count);
    }

    private void fillChosen(FrameFiller frame, long now) {
        LogCursor cursor = place.cursor();
        boolean empty = true;
        while (frame.roomForRecords() > 0 && continues(cursor)) {
            Segment segment = cursor.segment();
            ByteBuffer bytes = segment.buffer();
            int at = cursor.offset();
            long lsn = cursor.lsn();
            if (!wanted(lsn, bytes, at)) {
                pass(cursor);
                if (++skipped >= MAX_SKIPPED) {
                    return;
                }
                continue;
            }
            if (outlet.expiry().expired(lsn, bytes, at, now)) {
                if (empty) {
                    expired(frame, now);
                }
                return;
            }
            int length = Record.length(bytes, at);
            if (!empty && length > frame.roomForBytes()) {
                return;
            }
            put(frame, segment, new Run(lsn, at, at + length, 1));
            pass(cursor);
            empty = false;
        }
    }

    private void pass(LogCursor cursor) {
        cursor.next();
        place.due(cursor.lsn());
    }

    private boolean wanted(long lsn, ByteBuffer bytes, int at) {
        return place.match().matches(bytes, at) && !place.processedBefore(lsn);
    }

    /** Tells the expired records from the cursor on as one GAP; those between them that do not match count for nothing. */
    private void expired(FrameFiller frame, long now) {
        LogCursor ahead = new LogCursor(outlet.log(), place.due());
        long count = 0;
        long last = ahead.lsn();
        long limit = last + MAX_SKIPPED;
        long next = last;
        while (next < limit && ahead.hasNext() && ahead.lsn() == next) {
            ByteBuffer bytes = ahead.segment().buffer();
            int at = ahead.offset();
            long lsn = ahead.lsn();
            if (place.match().matches(bytes, at)) {
                if (!outlet.expiry().expired(lsn, bytes, at, now)) {
                    break;
                }
                outlet.expired(place, lsn);
                last = lsn;
                count++;
            }
            ahead.next();
            next = ahead.lsn();
        }
        tellGap(frame, GapReason.EXPIRED, last, new FrameFiller.Missing(count, Gap.Exactness.EXACT));
    }

    @Override
    public void acked(Ack ack, long now) {
        if (!over()) {
            place.ack(ack.processed(), this, now);
            outlet.advanced(place, now);
        }
    }

    @Override
    public void records(long firstNumber, long epoch, long fromLsn, long toLsn) {
        outlet.processed(place, fromLsn, toLsn);
    }

    @Override
    public void gap(long toEpoch, long toLsn) {
        // nothing was processed; that the place moves over it is all there is to do
    }

    @Override
    public void settled(Settle settle, long now) {
        // topics have no leases
    }

    @Override
    public void renewed(Renew renew, long now) {
        // topics have no leases
    }

    @Override
    public void refilter(List<String> filters) {
        try {
            place.match(new SubjectMatch(filters));
        } catch (ParleyException e) {
            outlet.badFilter(place, e);
        }
    }

    /** A reader that drains takes no more, but what it ran it still acknowledges; and it does not come back. */
    @Override
    public void ended(Ending ending, long now) {
        if (over()) {
            return;
        }
        if (ending == Ending.DRAINING) {
            draining = true;
        } else {
            outlet.ended(place, draining ? Ending.CLOSED : ending, now);
        }
    }
}
