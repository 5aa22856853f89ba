package io.parley.core.internal.besteffort;

import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Overflow;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.besteffort.BestEffort.Ring;
import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.OutletSession;
import io.parley.core.spi.OutletStatus;
import io.parley.core.spi.OutletStatus.ReaderLine;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Gap.Exactness;
import io.parley.core.wire.Position;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.util.ArrayList;
import java.util.List;

/**
 * The sending side of a best effort queue: one cursor that all members share. Whoever has credit takes what is next; what was
 * written is forgotten. With several members a frame takes no more than a share of what waits, so that few messages are spread.
 */
final class QueueDealer implements Outlet {
    private final Ring ring;
    private final Log log;
    private final OutletListener listener;
    private final Overflow.Action overflow;
    private final LogCursor cursor;
    private final List<Member> members = new ArrayList<>();
    /** What comes next, if it is there: where the cursor stands further on, some were dropped, of which a worker is told. */
    private long due;

    QueueDealer(Ring ring, Overflow.Action overflow, OutletListener listener) {
        this.ring = ring;
        this.log = ring.log();
        this.overflow = overflow;
        this.listener = listener;
        due = log.firstLsn();
        cursor = new LogCursor(log, due);
    }

    @Override
    public Attachment attach(Attach request, PeerRun peer, long now) {
        Member member = new Member(peer.id());
        members.add(member);
        return new Accepted(member);
    }

    @Override
    public long turn(long now) {
        log.trim(cursor.lsn());
        if (overflow == Overflow.Action.DROP_OLDEST) {
            log.trim(log.crowded());
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void peerLost(NodeId peer, long now) {
        // nothing is kept of a member that is gone
    }

    @Override
    public void peerGone(NodeId peer, long now) {
        // nothing is kept of a member that is gone
    }

    @Override
    public long flushedLsn() {
        return Math.max(cursor.lsn(), log.firstLsn());
    }

    @Override
    public OutletStatus status() {
        List<ReaderLine> lines = new ArrayList<>();
        members.forEach(m -> lines.add(new ReaderLine(m.peer, "", "attached", 0)));
        return new OutletStatus(cursor.behind(), 0, 0, 0, lines, null);
    }

    /** One member's session. */
    private final class Member implements OutletSession {
        private final NodeId peer;

        Member(NodeId peer) {
            this.peer = peer;
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
            boolean any = cursor.hasNext();
            if (!any && skippedTo > due) {
                cursor.seek(skippedTo); // looked at in this order, nothing that was appended can lie before it
            }
            if (cursor.lsn() > due) {
                gap(frame, GapReason.OVERFLOW);
            } else if (any) {
                frame.epoch(ring.epoch());
                long share = Math.max(1, (cursor.behind() + members.size() - 1) / members.size());
                deal(frame, (int) Math.min(share, frame.roomForRecords()));
            }
        }

        private void deal(FrameFiller frame, int most) {
            int records = most;
            boolean empty = true;
            while (records > 0 && cursor.hasNext() && cursor.lsn() == due) {
                Segment segment = cursor.segment();
                int from = cursor.offset();
                if (log.expiring() && expired()) {
                    if (empty) {
                        skipExpired(frame);
                    }
                    return;
                }
                if (!empty && frame.roomForBytes() < Record.length(segment.buffer(), from)) {
                    return;
                }
                int count = cursor.nextRun(frame.roomForBytes(), log.expiring() ? 1 : records);
                if (count == 0) {
                    cursor.next(); // larger than the room: it may have a frame of its own
                    count = 1;
                }
                frame.records(segment, from, cursor.offset(), count);
                due = cursor.lsn();
                empty = false;
                records -= count;
            }
        }

        private boolean expired() {
            return Record.expiry(cursor.segment().buffer(), cursor.offset())
                    <= ring.clock().millis();
        }

        private void skipExpired(FrameFiller frame) {
            long first = due;
            long next = first;
            while (cursor.hasNext() && cursor.lsn() == next && expired()) {
                listener.expired(next);
                cursor.next();
                next++;
            }
            listener.happened(Happening.MESSAGE_EXPIRED, next - first, "");
            gap(frame, GapReason.EXPIRED);
        }

        /** Tells this worker, as one of all, of what nobody will get: from what is due up to the cursor. */
        private void gap(FrameFiller frame, GapReason reason) {
            long next = cursor.lsn();
            Position first = new Position(ring.epoch(), due);
            Position last = new Position(ring.epoch(), next - 1);
            frame.gap(reason, first, last, new FrameFiller.Missing(next - due, Exactness.EXACT));
            due = next;
        }

        @Override
        public void acked(Ack ack, long now) {
            // credit is all there is to it
        }

        @Override
        public void settled(Settle settle, long now) {
            // nothing is leased
        }

        @Override
        public void renewed(Renew renew, long now) {
            // nothing is leased
        }

        @Override
        public void refilter(List<String> filters) {
            // queues have no filters
        }

        @Override
        public void ended(Ending ending, long now) {
            members.remove(this);
        }
    }
}
