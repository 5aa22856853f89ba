package io.parley.core.internal.besteffort;

import io.parley.core.channel.Filter;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Start;
import io.parley.core.channel.SubjectIndex;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.besteffort.BestEffort.Ring;
import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Gap.Exactness;
import io.parley.core.wire.Position;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Resume;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
import java.util.List;

/** One receiving node's cursor over the ring of a best effort topic. */
final class TopicSession implements OutletSession {
    private final Ring ring;
    private final Log log;
    private final TopicOutlet outlet;
    private final NodeId peer;
    private final LogCursor cursor;
    private SubjectIndex<Filter> filters = new SubjectIndex<>();
    private boolean everything;
    private long due;

    TopicSession(Ring ring, Attach request, PeerRun peer, TopicOutlet outlet) {
        this.ring = ring;
        this.log = ring.log();
        this.outlet = outlet;
        this.peer = peer.id();
        refilter(request.filters());
        due = start(request.resume());
        cursor = new LogCursor(log, due);
    }

    private long start(Resume resume) {
        if (resume instanceof Resume.At at) {
            return at.position().epoch() == ring.epoch() ? clamp(at.position().lsn()) : log.endLsn();
        }
        if (resume instanceof Resume.After after) {
            return after.last().epoch() == ring.epoch() ? clamp(after.last().lsn() + 1) : log.firstLsn();
        }
        if (resume instanceof Resume.Fresh fresh) {
            Start start = fresh.start();
            if (start instanceof Start.Earliest) {
                return log.firstLsn();
            }
            if (start instanceof Start.Last last) {
                return Math.max(log.firstLsn(), log.endLsn() - last.count());
            }
            if (start instanceof Start.Since since) {
                return firstSince(since.epochMillis());
            }
        }
        return log.endLsn();
    }

    /** A place from outside may name messages that are gone, which becomes a gap, but none that are not there yet. */
    private long clamp(long lsn) {
        return Math.max(1, Math.min(lsn, log.endLsn()));
    }

    private long firstSince(long time) {
        LogCursor search = new LogCursor(log, log.firstLsn());
        while (search.hasNext() && Record.time(search.segment().buffer(), search.offset()) < time) {
            search.next();
        }
        return search.lsn();
    }

    long lsn() {
        return cursor.lsn();
    }

    long behind() {
        return cursor.behind();
    }

    NodeId peer() {
        return peer;
    }

    String filters() {
        return everything ? "#" : filters.size() + " filters";
    }

    @Override
    public void refilter(List<String> texts) {
        SubjectIndex<Filter> next = new SubjectIndex<>();
        everything = false;
        for (String text : texts) {
            Filter filter = new Filter(text);
            everything |= filter.matchesAll();
            next.add(filter, filter);
        }
        filters = next;
    }

    @Override
    public long beginsAt() {
        return due;
    }

    @Override
    public boolean hasMore() {
        return cursor.overtaken() || cursor.hasNext() || log.skippedTo() > due;
    }

    @Override
    public void fill(FrameFiller frame, long now) {
        if (cursor.overtaken()) {
            cursor.seek(log.firstLsn());
        }
        long skippedTo = log.skippedTo();
        if (!cursor.hasNext()) {
            // looked at in this order, nothing that was appended can lie before skippedTo
            if (skippedTo > due) {
                cursor.seek(skippedTo);
                overflow(frame);
            }
            return;
        }
        if (cursor.lsn() > due) {
            overflow(frame);
            return;
        }
        frame.epoch(ring.epoch());
        due = everything && !log.expiring() ? fillRuns(frame) : fillMatching(frame);
    }

    private void overflow(FrameFiller frame) {
        Exactness exactness = everything ? Exactness.EXACT : Exactness.UPPER_BOUND;
        long next = cursor.lsn();
        gap(frame, GapReason.OVERFLOW, next, new FrameFiller.Missing(next - due, exactness));
        due = next;
    }

    /** From what is due up to, not including, the next. */
    private void gap(FrameFiller frame, GapReason reason, long next, FrameFiller.Missing missing) {
        Position first = new Position(ring.epoch(), due);
        frame.gap(reason, first, new Position(ring.epoch(), next - 1), missing);
    }

    /** Returns the lsn that is due next: where the cursor has jumped over dropped ones, the first of those. */
    private long fillRuns(FrameFiller frame) {
        long next = cursor.lsn();
        boolean empty = true;
        while (cursor.hasNext() && cursor.lsn() == next) {
            Segment segment = cursor.segment();
            int from = cursor.offset();
            int count = cursor.nextRun(frame.roomForBytes(), frame.roomForRecords());
            if (count == 0) {
                if (!empty || frame.roomForRecords() == 0) {
                    return next;
                }
                cursor.next(); // larger than the room: it may have a frame of its own
                count = 1;
            }
            frame.records(segment, from, cursor.offset(), count);
            next += count;
            empty = false;
        }
        return next;
    }

    private long fillMatching(FrameFiller frame) {
        long millis = ring.clock().millis();
        long next = cursor.lsn();
        boolean empty = true;
        while (frame.roomForRecords() > 0 && cursor.hasNext() && cursor.lsn() == next) {
            Segment segment = cursor.segment();
            ByteBuffer bytes = segment.buffer();
            int at = cursor.offset();
            int length = Record.length(bytes, at);
            if (matches(bytes, at)) {
                if (Record.expiry(bytes, at) <= millis) {
                    return empty ? skipExpired(frame, millis) : next;
                }
                if (length > frame.roomForBytes() && !empty) {
                    return next;
                }
                frame.records(segment, at, at + length, 1);
                empty = false;
            }
            cursor.next();
            next++;
        }
        return next;
    }

    private long skipExpired(FrameFiller frame, long millis) {
        long next = cursor.lsn();
        long count = 0;
        while (cursor.hasNext() && cursor.lsn() == next) {
            ByteBuffer bytes = cursor.segment().buffer();
            boolean wanted = matches(bytes, cursor.offset());
            if (wanted && Record.expiry(bytes, cursor.offset()) > millis) {
                break;
            }
            count += wanted ? 1 : 0;
            cursor.next();
            next++;
        }
        gap(frame, GapReason.EXPIRED, next, new FrameFiller.Missing(count, Exactness.EXACT));
        outlet.expired(count);
        return next;
    }

    private boolean matches(ByteBuffer bytes, int at) {
        if (everything) {
            return true;
        }
        int subject = Record.subject(bytes, at);
        return subject < 0
                ? !filters.match(bytes, 0, 0).isEmpty()
                : !filters.match(bytes, subject + 2, Record.stringLength(bytes, subject))
                        .isEmpty();
    }

    @Override
    public void acked(Ack ack, long now) {
        // credit is all there is to it
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
    public void ended(Ending ending, long now) {
        outlet.ended(this);
    }
}
