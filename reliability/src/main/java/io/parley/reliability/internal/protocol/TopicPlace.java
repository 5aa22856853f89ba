package io.parley.reliability.internal.protocol;

import io.parley.core.channel.GapReason;
import io.parley.core.identity.NodeId;
import io.parley.core.log.LogCursor;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener.AudienceEnd;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where one reader of a topic stands in the log of its sender. It outlives sessions.
 *
 * <pre>
 *   acked        all up to here was processed, filtered out, or told as a GAP that was acknowledged
 *   acked+1 …    sent, not acknowledged: one entry of {@code sent} a run
 *   due          next to be sent; the cursor stands there, or behind messages that were dropped
 *
 *   attached ⇄ away ─(2 min after LOST)▶ lapsed ─(attaches)▶ attached
 *   attached or away ─(laggard)▶ evicted ─(attaches, or takes what comes next)▶ attached
 * </pre>
 *
 * A reader that lapsed or was evicted is in no audience and holds nothing in the log, but its place is not moved: it is told
 * of what it missed. A durable reader never lapses and is never evicted: it is {@link #awaited} or not.
 */
final class TopicPlace {
    /** Where the reader stands. */
    enum State {
        ATTACHED,
        AWAY,
        LAPSED,
        EVICTED
    }

    /**
     * Which reader.
     *
     * @param peer its node and run; null for a durable one, which is its name
     * @param reader its name
     */
    record Key(Outlet.@Nullable PeerRun peer, String reader) {}

    /** The number of a ledger entry, and the acknowledged lsn that it holds. */
    private record Noted(long entry, long lsn) {}

    private static final NodeId NOBODY = new NodeId(0, 0);

    private final Key key;
    private final NumberRuns sent = new NumberRuns();
    private final LogCursor cursor;
    private SubjectMatch match;
    private State state = State.ATTACHED;
    private @Nullable TopicSession session;
    private Outlet.@Nullable PeerRun reads;
    private final ArrayDeque<Noted> noted = new ArrayDeque<>();
    private long notedLsn;
    private long forcedLsn;
    private long due;
    private long acked;
    private long keepFrom;
    private long audienceFrom;
    private long lastProgress;
    private boolean cutLoose;
    private long lapseAt = Long.MAX_VALUE;
    private long ackedNumber;
    private Set<Long> processedBeyond = Set.of();
    private GapReason missed;

    /** A place before the message that the cursor stands at. */
    TopicPlace(Key key, SubjectMatch match, LogCursor cursor, GapReason missed) {
        this.key = key;
        this.match = match;
        this.cursor = cursor;
        this.missed = missed;
        due = cursor.lsn();
        acked = due - 1;
    }

    /** Which node reads, or may come back to do so; null when nobody does. */
    Outlet.@Nullable PeerRun reads() {
        return reads;
    }

    /** Its node is lost, or gone, or has closed the reader: another may take its place. */
    void vacate() {
        reads = null;
        cutLoose = true;
    }

    /** It held up a full log for too long. It is not waited for again before it makes progress. */
    void cutLoose() {
        cutLoose = true;
    }

    /**
     * Whether the sender of a full log waits for this reader: of a durable one only while a node reads, or may come back to do
     * so, and until it stood still for too long.
     */
    boolean awaited() {
        return key.peer() == null ? reads != null && !cutLoose : holds();
    }

    boolean isOf(NodeId peer) {
        return reads != null && reads.id().equals(peer);
    }

    /** Which message was noted last as acknowledged. */
    long noted() {
        return notedLsn;
    }

    void noted(long entry) {
        notedLsn = acked;
        noted.addLast(new Noted(entry, acked));
    }

    /** The acknowledged lsn that the entries up to this one hold. */
    long forced(long upToEntry) {
        while (!noted.isEmpty() && noted.getFirst().entry <= upToEntry) {
            forcedLsn = noted.removeFirst().lsn;
        }
        return forcedLsn;
    }

    /** It was known to an earlier run. */
    void recovered() {
        state = State.AWAY;
        notedLsn = acked;
        forcedLsn = acked;
    }

    /** It has not come yet. */
    void expected() {
        state = State.AWAY;
    }

    Key key() {
        return key;
    }

    State state() {
        return state;
    }

    NumberRuns sent() {
        return sent;
    }

    LogCursor cursor() {
        return cursor;
    }

    /** The next message that this reader is to get, or to be told of. */
    long due() {
        return due;
    }

    void due(long lsn) {
        due = lsn;
    }

    /** Moves the cursor, and with it what is due. */
    void seek(long lsn) {
        cursor.seek(lsn);
        due = lsn;
    }

    SubjectMatch match() {
        return match;
    }

    void match(SubjectMatch newMatch) {
        match = newMatch;
    }

    @Nullable TopicSession session() {
        return session;
    }

    long acked() {
        return acked;
    }

    long ackedNumber() {
        return ackedNumber;
    }

    long lastProgress() {
        return lastProgress;
    }

    long lapseAt() {
        return lapseAt;
    }

    /** Whether messages wait for this reader. */
    boolean holds() {
        return state == State.ATTACHED || state == State.AWAY;
    }

    /** The last message that need not wait for this reader. */
    long settledLsn() {
        return Math.max(acked, audienceFrom - 1);
    }

    /** The first message that the log must keep for this reader. */
    long neededLsn() {
        return Math.max(acked + 1, keepFrom);
    }

    boolean inAudience(long lsn) {
        return holds() && lsn >= audienceFrom;
    }

    /** A session begins. */
    void attach(TopicSession newSession, Outlet.PeerRun by, SubjectMatch newMatch, long now) {
        session = newSession;
        reads = by;
        match = newMatch;
        lapseAt = Long.MAX_VALUE;
        lastProgress = now;
        ackedNumber = 0;
        sent.clear();
        if (state == State.AWAY) {
            state = State.ATTACHED;
        }
    }

    /** Sends again what was not acknowledged, except for what the reader says that it processed. */
    void rewind(long lastProcessed, Set<Long> beyond) {
        acked = Math.max(acked, lastProcessed);
        seek(acked + 1);
        processedBeyond = new HashSet<>(beyond);
    }

    /** Whether the reader said that it processed this message; asked once for each. */
    boolean processedBefore(long lsn) {
        return !processedBeyond.isEmpty() && processedBeyond.remove(lsn);
    }

    boolean mayHaveProcessed() {
        return !processedBeyond.isEmpty();
    }

    void detach() {
        session = null;
        if (state == State.ATTACHED) {
            state = State.AWAY;
        }
    }

    /** Why the log let go of messages that this reader did not get. */
    GapReason missed() {
        return missed;
    }

    void lapseAt(long time) {
        lapseAt = time;
    }

    void lapse() {
        state = State.LAPSED;
        missed = GapReason.EVICTED;
        lapseAt = Long.MAX_VALUE;
    }

    void evict() {
        state = State.EVICTED;
        missed = GapReason.EVICTED;
    }

    /** The reader is back: from here on messages wait for it again. */
    void rejoin(long keepFromLsn, long audienceFromLsn, long now) {
        state = State.ATTACHED;
        keepFrom = keepFromLsn;
        audienceFrom = audienceFromLsn;
        lastProgress = now;
    }

    void audienceFrom(long lsn) {
        audienceFrom = lsn;
    }

    /** Messages up to this one went without the reader: no audience any more. */
    void lost(long upToLsn, GapReason why) {
        audienceFrom = Math.max(audienceFrom, upToLsn + 1);
        keepFrom = Math.max(keepFrom, upToLsn + 1);
        missed = why;
    }

    /** Takes an acknowledgement: passes what it covers. */
    void ack(long number, NumberRuns.Passed passed, long now) {
        ackedNumber = Math.max(ackedNumber, number);
        sent.passNumbers(number, passed);
        settleAcked(now);
    }

    /** Moves {@code acked} over what needs no acknowledgement; returns whether it moved. */
    boolean settleAcked(long now) {
        long before = acked;
        if (sent.isEmpty()) {
            acked = Math.max(acked, due - 1);
        } else {
            acked = Math.max(acked, sent.firstLsn() - 1);
        }
        if (acked == before) {
            return false;
        }
        lastProgress = now;
        cutLoose = false;
        return true;
    }

    /** How it left an audience; a durable reader that nobody reads has no node. */
    AudienceEnd end(AudienceEnd.Why why) {
        return new AudienceEnd(reads == null ? NOBODY : reads.id(), key.reader(), why);
    }
}
