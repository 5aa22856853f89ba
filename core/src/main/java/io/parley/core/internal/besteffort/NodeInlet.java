package io.parley.core.internal.besteffort;

import io.parley.core.channel.Filter;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Start;
import io.parley.core.channel.SubjectIndex;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.inbox.Inbox;
import io.parley.core.log.Record;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletSession;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.spi.OutletSession.Ending;
import io.parley.core.spi.SenderOffer;
import io.parley.core.spi.TopicInbox.Line;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Credit;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Position;
import io.parley.core.wire.Resume;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The receiving side of one best effort topic for a whole node: one session per sender carries what any subscription wants,
 * and an index deals it out here. The fastest subscription gives the credit; a slower one loses what its inbox has no room for,
 * is told so, and slows nobody. A member of a best effort queue is the same with a single subscription to everything.
 */
public final class NodeInlet implements Inlet {
    private static final int INDEX_ABOVE = 1;
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LOOK_SELDOM = TimeUnit.SECONDS.toNanos(1);

    private final Map<Inbox, Feed> feeds = new LinkedHashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Map<NodeId, LastSeen> lastSeen = new LinkedHashMap<>();
    private SubjectIndex<Feed> index = new SubjectIndex<>();
    /** The largest one is what a sender is granted. */
    private final Windows windows = new Windows();
    /** Whose handlers told of progress since the loop looked last: there may be many thousands that did not. */
    private final Queue<Inbox> progressed = new ConcurrentLinkedQueue<>();

    private record LastSeen(PeerRun peer, Position position) {}

    /** Adds a subscription. */
    public void add(Inbox inbox, Filter filter) {
        add(Feed.subscription(inbox, filter));
    }

    /** Adds the member of a queue. */
    public void addMember(Inbox inbox) {
        add(Feed.member(inbox));
    }

    private void add(Feed feed) {
        feeds.put(feed.inbox(), feed);
        index.add(feed.filter(), feed);
        sessions.forEach(s -> s.open(feed));
        windows.add(feed.inbox().window());
    }

    /** Takes one away. */
    public void remove(Inbox inbox) {
        Feed feed = feeds.remove(inbox);
        if (feed == null) {
            return;
        }
        index.remove(feed.filter(), feed);
        sessions.forEach(s -> s.lines.remove(feed));
        windows.remove(inbox.window());
    }

    /** A subscription's handler told of progress: once until {@link #progressSeen}. Any thread. */
    public void progressed(Inbox inbox) {
        progressed.add(inbox);
    }

    /** The loop looks at the progress of all subscriptions now. */
    public void progressSeen() {
        for (Inbox inbox = progressed.poll(); inbox != null; inbox = progressed.poll()) {
            inbox.progressSeen();
        }
    }

    /** Whether nobody subscribes any more. */
    public boolean isEmpty() {
        return feeds.isEmpty();
    }

    /** What the subscriptions want together. */
    public List<String> filters() {
        Set<String> texts = new LinkedHashSet<>();
        for (Feed feed : feeds.values()) {
            if (feed.filter().matchesAll()) {
                return List.of(Filter.ALL.text());
            }
            texts.add(feed.filter().text());
            if (texts.size() > Attach.MAX_FILTERS) {
                return List.of(Filter.ALL.text());
            }
        }
        return List.copyOf(texts);
    }

    private Feed first() {
        return feeds.values().iterator().next();
    }

    @Override
    public InletSession open(SenderOffer sender, long now) {
        Session session = new Session(sender);
        feeds.values().forEach(session::open);
        sessions.add(session);
        return session;
    }

    @Override
    public void peerGone(NodeId peer, long now) {
        lastSeen.remove(peer);
    }

    @Override
    public void senderLost(NodeId peer, long now) {
        LastSeen last = lastSeen.get(peer);
        if (last != null) {
            for (Feed feed : feeds.values()) {
                Line behindAllThatCame = feed.inbox().open(last.peer());
                behindAllThatCame.put(Gap.senderLost());
            }
        }
    }

    @Override
    public boolean idle() {
        return feeds.keySet().stream().allMatch(Inbox::idle);
    }

    /** The session with one sender. */
    private final class Session implements InletSession {
        private final SenderOffer sender;
        private final Map<Feed, Line> lines = new LinkedHashMap<>();
        private final Map<Feed, Long> lost = new LinkedHashMap<>();
        private Credit granted = new Credit(0, 0);
        private long received;
        private long receivedBytes;
        private long patience = LOOK_AGAIN;

        Session(SenderOffer sender) {
            this.sender = sender;
        }

        void open(Feed feed) {
            lines.put(feed, feed.inbox().open(sender.peer()));
        }

        @Override
        public Resume resume() {
            LastSeen last = lastSeen.get(sender.peer().id());
            if (last != null && last.peer().equals(sender.peer())) {
                return new Resume.After(last.position(), List.of());
            }
            Start start = feeds.isEmpty() ? Start.NEW : first().inbox().start();
            boolean first = sender.timing() == SenderOffer.Timing.READER_FIRST;
            if (!first || start != Start.NEW) {
                return new Resume.Fresh(start);
            }
            // a link that breaks before anything came makes no slow joiner of a reader that was there first
            remember(sender.next().epoch(), sender.next().lsn() - 1);
            return new Resume.At(sender.next());
        }

        @Override
        public Credit credit() {
            granted = new Credit(windows.messages(), windows.bytes());
            return granted;
        }

        @Override
        public void attached(Attached attached, long now) {
            LastSeen last = lastSeen.get(sender.peer().id());
            boolean known = last != null && last.peer().equals(sender.peer());
            if (!known && attached.nextLsn() > 0) {
                // from here on the sender's loss is a loss, also when the link breaks before the first record
                remember(attached.epoch(), attached.nextLsn() - 1);
            }
        }

        @Override
        public void data(InFrame frame, long now) {
            ByteBuffer bytes = frame.buffer();
            int count = DataHead.count(bytes);
            int at = DataHead.recordsOffset(bytes);
            received = DataHead.firstNumber(bytes) + count - 1;
            receivedBytes += bytes.limit() - at;
            if (feeds.size() <= INDEX_ABOVE) {
                Feed only = feeds.isEmpty() ? null : first();
                remember(DataHead.epoch(bytes), lastLsn(bytes, at, count));
                // a frame may still hold what another filter, now gone, had asked for
                if (only != null && only.filter().matchesAll()) {
                    giveAll(only, frame);
                } else if (only != null) {
                    deal(frame, count, at);
                }
            } else {
                deal(frame, count, at);
            }
            frame.release();
        }

        private static long lastLsn(ByteBuffer bytes, int at, int count) {
            int next = at;
            for (int i = 1; i < count; i++) {
                next += Record.length(bytes, next);
            }
            return count == 0 ? 0 : Record.lsn(bytes, next);
        }

        private void remember(long epoch, long lsn) {
            lastSeen.put(sender.peer().id(), new LastSeen(sender.peer(), new Position(epoch, lsn)));
        }

        private void giveAll(Feed feed, InFrame frame) {
            int count = DataHead.count(frame.buffer());
            if (room(feed, count)) {
                frame.retain();
                line(feed).put(frame);
            }
        }

        private void deal(InFrame frame, int count, int firstOffset) {
            ByteBuffer bytes = frame.buffer();
            int at = firstOffset;
            long lsn = 0;
            List<Feed> touched = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int subject = Record.subject(bytes, at);
                List<Feed> wanting = subject < 0
                        ? index.match(bytes, 0, 0)
                        : index.match(bytes, subject + 2, Record.stringLength(bytes, subject));
                for (int f = 0; f < wanting.size(); f++) {
                    Feed feed = wanting.get(f);
                    if (feed.pick(at)) {
                        touched.add(feed);
                    }
                }
                lsn = Record.lsn(bytes, at);
                at += Record.length(bytes, at);
            }
            if (count > 0) {
                remember(DataHead.epoch(bytes), lsn);
            }
            for (Feed feed : touched) {
                int[] offsets = feed.takePicked();
                if (room(feed, offsets.length)) {
                    frame.retain();
                    feed.inbox().putSome(line(feed), frame, offsets, DataHead.firstNumber(bytes));
                }
            }
        }

        private Line line(Feed feed) {
            return lines.computeIfAbsent(feed, f -> f.inbox().open(sender.peer()));
        }

        /** Whether the feed has room; when not, what it loses is counted, and told before what comes next. */
        private boolean room(Feed feed, int messages) {
            long missing = lost.getOrDefault(feed, 0L);
            if (feed.full()) {
                lost.put(feed, missing + messages);
                return false;
            }
            if (missing > 0) {
                lost.remove(feed);
                tellLost(feed, missing);
            }
            return true;
        }

        private void tellLost(Feed feed, long missing) {
            Gap gap = new Gap(
                    0, received, GapReason.INBOX_FULL, Position.ZERO, Position.ZERO, missing, Gap.Exactness.EXACT);
            line(feed).put(gap);
        }

        @Override
        public void gap(Gap gap, long now) {
            received = gap.number();
            remember(gap.to().epoch(), gap.to().lsn());
            lines.values().forEach(line -> line.put(gap));
        }

        /** Tells what was lost to those that have room by now: nothing may ever come that it could be told before. */
        private void tellAllLost() {
            for (Feed feed : List.copyOf(lost.keySet())) {
                room(feed, 0);
            }
        }

        @Override
        public long turn(AckPort out, long now) {
            if (!lost.isEmpty()) {
                tellAllLost();
            }
            if (!mayGrant()) {
                return lookAgain(now);
            }
            boolean drained = feeds.isEmpty() || anyDrained();
            long handled = drained
                    ? received
                    : lines.values().stream().mapToLong(Line::handled).max().orElse(0);
            long number = Math.min(handled, received) + windows.messages();
            long bytes = drained ? receivedBytes + windows.bytes() : bytesFor(handled);
            boolean worthIt = number - granted.number() >= windows.messages() / 4
                    || bytes - granted.bytes() >= windows.bytes() / 4;
            if (worthIt) {
                granted = granted.max(new Credit(number, bytes));
                out.ack(0, List.of(), 0, granted);
                patience = LOOK_AGAIN;
            }
            return lookAgain(now);
        }

        /** Of many thousands the first is mostly so: all are looked at only when all have something to do. */
        private boolean anyDrained() {
            for (Feed feed : lines.keySet()) {
                if (feed.inbox().waiting() == 0) {
                    return true;
                }
            }
            return false;
        }

        /** Whether so much of the last grant is used that a new one may be worth an ACK, were all of it handled. */
        private boolean mayGrant() {
            return granted.number() - received <= windows.messages() - windows.messages() / 4
                    || granted.bytes() - receivedBytes <= windows.bytes() - windows.bytes() / 4;
        }

        /**
         * Handlers tell of progress by their own windows. Where one of several stands still, or all of a window was small
         * messages, the others' progress may go untold: so time looks too, ever less often while nothing moves.
         */
        private long lookAgain(long now) {
            if (!mayGrant() && lost.isEmpty()) {
                patience = LOOK_AGAIN;
                return Long.MAX_VALUE;
            }
            long next = now + patience;
            patience = Math.min(2 * patience, LOOK_SELDOM);
            return next;
        }

        private long bytesFor(long handled) {
            long most = 0;
            for (Line line : lines.values()) {
                most = Math.max(most, line.handledBytes());
            }
            // with filters of its own a feed handles less than arrives: count what is left by number then
            long left = Math.max(0, received - handled);
            long average = received == 0 ? 0 : receivedBytes / received;
            return Math.max(most, receivedBytes - left * Math.max(1, average)) + windows.bytes();
        }

        @Override
        public void ended(Ending ending, long now) {
            sessions.remove(this);
            lost.forEach((feed, missing) -> tellLost(feed, missing));
        }
    }
}
