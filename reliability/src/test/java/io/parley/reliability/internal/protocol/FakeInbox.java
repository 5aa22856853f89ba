package io.parley.reliability.internal.protocol;

import io.parley.core.log.Record;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.TopicInbox;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An inbox whose handler takes one entry when it is told to. */
final class FakeInbox implements TopicInbox {
    private record Entry(FakeLine line, Outlet.PeerRun peer, Position id, int bytes, Gap gap) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<Outlet.PeerRun, Position> last = new HashMap<>();

    /** The messages that the handler ran, in order. */
    final List<Position> ran = new ArrayList<>();

    final List<Gap> gaps = new ArrayList<>();
    long skipped;

    private static final class FakeLine implements Line {
        private final FakeInbox inbox;
        private final Outlet.PeerRun peer;
        private long handled;
        private long handledBytes;

        FakeLine(FakeInbox inbox, Outlet.PeerRun peer) {
            this.inbox = inbox;
            this.peer = peer;
        }

        @Override
        public void put(InFrame frame) {
            ByteBuffer b = frame.buffer();
            int at = DataHead.recordsOffset(b);
            long epoch = DataHead.epoch(b);
            for (int i = DataHead.count(b); i > 0; i--) {
                int length = Record.length(b, at);
                inbox.entries.add(new Entry(this, peer, new Position(epoch, Record.lsn(b, at)), length, null));
                at += length;
            }
            frame.release();
        }

        @Override
        public void put(Gap gap) {
            inbox.entries.add(new Entry(this, peer, gap.to(), 0, gap));
        }

        @Override
        public long handled() {
            return handled;
        }

        @Override
        public boolean settled() {
            return true;
        }

        @Override
        public long handledBytes() {
            return handledBytes;
        }

        @Override
        public void end() {
            inbox.entries.removeIf(e -> e.line == this);
        }
    }

    /** Handles the next entry; returns whether there was one. */
    boolean handle() {
        Entry next = entries.poll();
        if (next == null) {
            return false;
        }
        Position before = last.getOrDefault(next.peer, Position.ZERO);
        if (next.gap != null) {
            gaps.add(next.gap);
        } else if (next.id.compareTo(before) > 0) {
            ran.add(next.id);
        } else {
            skipped++;
        }
        if (next.id.compareTo(before) > 0) {
            last.put(next.peer, next.id);
        }
        next.line.handled++;
        next.line.handledBytes += next.bytes;
        return true;
    }

    /** The last id of a node, of whichever run. */
    Position lastOf(io.parley.core.identity.NodeId node) {
        return last.entrySet().stream()
                .filter(e -> e.getKey().id().equals(node))
                .map(Map.Entry::getValue)
                .max(Position::compareTo)
                .orElse(Position.ZERO);
    }

    void last(Outlet.PeerRun peer, Position id) {
        last.put(peer, id);
    }

    int waiting() {
        return entries.size();
    }

    @Override
    public Line open(Outlet.PeerRun peer) {
        return new FakeLine(this, peer);
    }

    @Override
    public Position lastHandled(Outlet.PeerRun peer) {
        return last.getOrDefault(peer, Position.ZERO);
    }

    @Override
    public void forget(Outlet.PeerRun peer) {
        last.remove(peer);
    }

    @Override
    public boolean idle() {
        return entries.isEmpty();
    }
}
