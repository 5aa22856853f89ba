package io.parley.reliability.internal.protocol;

import io.parley.core.channel.GapReason;
import io.parley.core.error.ParleyException;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Position;
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

    TopicSession(TopicOutlet outlet, TopicPlace place) {
        this.outlet = outlet;
        this.place = place;
    }

    private boolean over() {
        return place.session() != this;
    }

    @Override
    public boolean hasMore() {
        return !over() && (place.cursor().overtaken() || place.cursor().behind() > 0);
    }

    @Override
    public void fill(FrameFiller frame, long now) {
        if (over()) {
            return;
        }
        LogCursor cursor = place.cursor();
        skipped = 0;
        if (!place.holds()) {
            outlet.rejoin(place, now);
        }
        if (cursor.overtaken()) {
            overtaken(frame);
            return;
        }
        outlet.expiry().scan(now);
        long before = frame.nextNumber();
        if (place.match().everything() && outlet.expiry().noneFrom(cursor.lsn()) && !place.mayHaveProcessed()) {
            fillRuns(frame);
        } else {
            fillChosen(frame, now);
        }
        if (frame.nextNumber() > before) {
            frame.epoch(outlet.epoch());
            frame.marks(place.ackedNumber(), new Position(outlet.epoch(), place.acked()));
        }
        if (skipped > 0) {
            outlet.advanced(place, now);
        }
    }

    private void overtaken(FrameFiller frame) {
        LogCursor cursor = place.cursor();
        long to = outlet.firstLsn() - 1;
        Gap.Exactness exactness = place.match().everything() ? Gap.Exactness.EXACT : Gap.Exactness.UPPER_BOUND;
        tellGap(frame, place.missed(), to, new FrameFiller.Missing(to - cursor.lsn() + 1, exactness));
    }

    /** Puts a GAP from the cursor up to this message, and moves the cursor behind it. */
    private void tellGap(FrameFiller frame, GapReason reason, long to, FrameFiller.Missing missing) {
        LogCursor cursor = place.cursor();
        long epoch = outlet.epoch();
        place.sent().gap(frame.nextNumber(), epoch, cursor.lsn(), to);
        frame.gap(reason, new Position(epoch, cursor.lsn()), new Position(epoch, to), missing);
        cursor.seek(to + 1);
    }

    private void fillRuns(FrameFiller frame) {
        LogCursor cursor = place.cursor();
        boolean empty = true;
        while (frame.roomForRecords() > 0 && cursor.hasNext()) {
            Segment segment = cursor.segment();
            int from = cursor.offset();
            long lsn = cursor.lsn();
            long known = outlet.expiry().seenLsn() - lsn;
            int count = cursor.nextRun(frame.roomForBytes(), (int) Math.min(frame.roomForRecords(), known));
            if (count == 0) {
                if (!empty || known == 0) {
                    return;
                }
                cursor.next();
                count = 1;
            }
            put(frame, segment, new Run(lsn, from, cursor.offset(), count));
            empty = false;
        }
    }

    /** Records of one segment that follow one another. */
    private record Run(long lsn, int from, int to, int count) {}

    private void put(FrameFiller frame, Segment segment, Run run) {
        place.sent().records(frame.nextNumber(), outlet.epoch(), run.lsn, run.count);
        frame.records(segment, run.from, run.to, run.count);
    }

    private void fillChosen(FrameFiller frame, long now) {
        LogCursor cursor = place.cursor();
        boolean empty = true;
        while (frame.roomForRecords() > 0 && cursor.hasNext()) {
            Segment segment = cursor.segment();
            ByteBuffer bytes = segment.buffer();
            int at = cursor.offset();
            long lsn = cursor.lsn();
            if (!wanted(lsn, bytes, at)) {
                cursor.next();
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
            cursor.next();
            empty = false;
        }
    }

    private boolean wanted(long lsn, ByteBuffer bytes, int at) {
        return place.match().matches(bytes, at) && !place.processedBefore(lsn);
    }

    /** Tells the expired records from the cursor on as one GAP; those between them that do not match count for nothing. */
    private void expired(FrameFiller frame, long now) {
        LogCursor ahead = new LogCursor(outlet.log(), place.cursor().lsn());
        long count = 0;
        long last = ahead.lsn();
        long limit = last + MAX_SKIPPED;
        while (ahead.lsn() < limit && ahead.hasNext()) {
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

    @Override
    public void ended(Ending ending, long now) {
        if (!over()) {
            outlet.ended(place, ending, now);
        }
    }
}
