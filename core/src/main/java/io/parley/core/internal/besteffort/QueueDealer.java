package io.parley.core.internal.besteffort;

import io.parley.core.channel.Happening;
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
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
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
    private final LogCursor cursor;
    private final List<Member> members = new ArrayList<>();

    QueueDealer(Ring ring, OutletListener listener) {
        this.ring = ring;
        this.log = ring.log();
        this.listener = listener;
        cursor = new LogCursor(log, log.firstLsn());
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
        return cursor.lsn();
    }

    @Override
    public OutletStatus status() {
        List<ReaderLine> lines = new ArrayList<>();
        members.forEach(m -> lines.add(new ReaderLine(m.peer.brief(), "", "attached", 0)));
        return new OutletStatus(cursor.behind(), 0, 0, 0, lines);
    }

    /** One member's session. */
    private final class Member implements OutletSession {
        private final NodeId peer;

        Member(NodeId peer) {
            this.peer = peer;
        }

        @Override
        public boolean hasMore() {
            return cursor.hasNext();
        }

        @Override
        public void fill(FrameFiller frame, long now) {
            frame.epoch(ring.epoch());
            long share = Math.max(1, (cursor.behind() + members.size() - 1) / members.size());
            int records = (int) Math.min(share, frame.roomForRecords());
            boolean empty = true;
            while (records > 0 && cursor.hasNext()) {
                Segment segment = cursor.segment();
                int from = cursor.offset();
                if (!empty && frame.roomForBytes() < Record.length(segment.buffer(), from)) {
                    return;
                }
                int count = log.expiring() ? nextUnexpired() : cursor.nextRun(frame.roomForBytes(), records);
                if (count == 0 && cursor.offset() == from) {
                    if (!empty) {
                        return;
                    }
                    cursor.next(); // larger than the room: it may have a frame of its own
                    count = 1;
                }
                if (count > 0) {
                    frame.records(segment, from, cursor.offset(), count);
                    empty = false;
                }
                records -= Math.max(1, count);
            }
        }

        /** Passes one record; 0 when it had expired. */
        private int nextUnexpired() {
            ByteBuffer bytes = cursor.segment().buffer();
            boolean expired =
                    Record.expiry(bytes, cursor.offset()) <= ring.clock().millis();
            if (expired) {
                listener.expired(cursor.lsn());
                listener.happened(Happening.MESSAGE_EXPIRED, 1, "");
            }
            cursor.next();
            return expired ? 0 : 1;
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
