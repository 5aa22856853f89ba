package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import io.parley.core.log.Damage;
import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.Ledger;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue that nobody holds: what was not looked at lies behind the cursor in the log; what came back, or
 * waits for its key or its time, is a {@link Job}.
 */
final class Backlog {
    /** A message with a time to live. */
    private record Mortal(long lsn, long deadline) {}

    private final Log log;
    private final LogCursor cursor;
    private final JobTable table;
    private final Epochs epochs;
    private final Settlements settlements;
    private final Burials burials;
    private final Expiry expiry;
    private final Map<KeyLine.Key, KeyLine> lines = new HashMap<>();
    private final JobHeap again = new JobHeap();
    private final JobHeap alone = new JobHeap();
    private final JobHeap later = new JobHeap();
    private final PriorityQueue<Mortal> mortals = new PriorityQueue<>(Comparator.comparingLong(Mortal::deadline));
    private final Gone gone;
    private final Map<Long, Member> expected = new HashMap<>();
    private long next;
    private int waitingLater;
    private Consumer<KeyLine> lineReady = line -> {};
    private Recalled recalled = (job, now) -> false;

    Backlog(Log log, JobTable table, Epochs epochs, Settlements settlements, Burials burials) {
        this.log = log;
        this.table = table;
        this.epochs = epochs;
        this.settlements = settlements;
        this.burials = burials;
        next = log.firstLsn();
        gone = new Gone(next);
        cursor = new LogCursor(log, next);
        expiry = new Expiry(log);
        expiry.onMortal((lsn, deadline) -> mortals.add(new Mortal(lsn, deadline)));
    }

    /** Passes over what an earlier run has settled, and settles what it had kept as dead letters when it ended. */
    void recover(@Nullable DeadLetterBox box) {
        settlements.replay(lsn -> {
            if (!gone.contains(lsn)) {
                log.settle(lsn);
                gone.add(lsn);
            }
        });
        if (box != null) {
            box.replay(id -> {
                if (epochs.is(id) && !gone.contains(id.lsn())) {
                    settlements.settled(id.epoch(), id.lsn(), Ledger.End.DEAD);
                    log.settle(id.lsn());
                    gone.add(id.lsn());
                }
            });
        }
    }

    /** Is shown what an earlier run tried, before anybody gets it. */
    interface Recalled {
        /** Whether it was tried for the last time. Then it is settled by now. */
        boolean isSpent(Job job, long now);
    }

    void onRecalled(Recalled listener) {
        recalled = listener;
    }

    /** Is told each key that has a message ready again. */
    void onLineReady(Consumer<KeyLine> consumer) {
        lineReady = consumer;
    }

    Expiry expiry() {
        return expiry;
    }

    /** The messages that are settled, and the lsns that are none. */
    Gone gone() {
        return gone;
    }

    /** Messages ready for anybody, more or less. */
    long ready() {
        return again.size() + cursor.behind();
    }

    /** Messages that wait for their next attempt. */
    int waitingLater() {
        return waitingLater;
    }

    // ---- what was not looked at

    /** Looks at the next message in the log; null when there is none. Those that expired are buried. */
    @Nullable Job look(long now) {
        while (!table.full() && hasNext()) {
            long lsn = cursor.lsn();
            Segment in = cursor.segment();
            int at = cursor.offset();
            if (settlements.rollCall().isOpen() && epochs.of(in) != epochs.current() && !isAwaited(lsn)) {
                return null; // another member may have it
            }
            cursor.next();
            next = cursor.lsn();
            if (gone.contains(lsn)) {
                continue;
            }
            ByteBuffer bytes = in.buffer();
            int flags = Record.flags(bytes, at);
            if ((flags & Record.EXPIRY) != 0 && expiry.expired(lsn, bytes, at, now)) {
                expired(lsn, in, at, now);
                continue;
            }
            Job job = table.take();
            job.open(lsn, epochs.of(in), in, at);
            job.redelivered = job.epoch != epochs.current(); // an earlier run may have given it out
            settlements.tries().recall(job, now);
            if ((flags & Record.EXPIRY) != 0) {
                table.mortal(job);
            }
            if ((flags & Record.KEY) != 0) {
                line(bytes, at).add(job);
            }
            if (isAwaited(lsn) || !waits(job, now)) {
                return job;
            }
        }
        return null;
    }

    /** Whether a member that is here says that it has this message. */
    private boolean isAwaited(long lsn) {
        Member member = expected.isEmpty() ? null : expected.get(lsn);
        return member != null && member.attached();
    }

    /**
     * What an earlier run tried may have come to its end, waits for its time, or, when it may be poison, for a member that
     * holds nothing.
     */
    private boolean waits(Job job, long now) {
        if (recalled.isSpent(job, now)) {
            return true;
        }
        KeyLine line = job.line;
        boolean special = job.dueAt > now || job.alone();
        if (!special || line != null && !line.claim(job)) {
            return false; // or an earlier one of its key comes first
        }
        if (job.dueAt > now) {
            later(job, job.dueAt);
        } else {
            ready(job);
        }
        return true;
    }

    /** Whether there is a message; what was dropped before it, or freed, when it was settled before its turn, is passed. */
    private boolean hasNext() {
        long skippedTo = log.skippedTo();
        if (cursor.overtaken()) {
            cursor.seek(log.firstLsn()); // all before it was settled before its turn: expired, or by an earlier run
        }
        // looked at in this order, nothing that was appended can lie before skippedTo
        boolean has = cursor.hasNext();
        if (cursor.waits()) {
            return false; // nothing is known yet of what comes next
        }
        long upTo = has ? cursor.lsn() : Math.max(skippedTo, damagedUpTo(next));
        for (; next < upTo; next++) {
            if (!gone.contains(next)) {
                if (next < damagedUpTo(next)) {
                    log.settle(next); // else what is sound beside it would stay for ever
                }
                gone.add(next);
            }
        }
        return has;
    }

    /** Where the damage ends that begins at this lsn or before it; 0 when there is none. */
    private long damagedUpTo(long lsn) {
        Damage damage = log.damage(lsn);
        return damage == null || damage.fromLsn() > lsn ? 0 : damage.toLsn() + 1;
    }

    private KeyLine line(ByteBuffer bytes, int at) {
        int from = Record.key(bytes, at);
        byte[] key = new byte[Record.stringLength(bytes, from)];
        bytes.get(from + 2, key);
        return lines.computeIfAbsent(new KeyLine.Key(key), KeyLine::new);
    }

    /** Whether this message was not looked at yet. */
    boolean ahead(long lsn) {
        return lsn >= next && lsn < log.endLsn() && !gone.contains(lsn);
    }

    /** A member says that it has this message, which was not looked at: it is to get it. */
    void expect(long lsn, Member member) {
        expected.put(lsn, member);
    }

    @Nullable Member expectedBy(long lsn) {
        return expected.isEmpty() ? null : expected.remove(lsn);
    }

    Iterable<KeyLine> lines() {
        return lines.values();
    }

    // ---- what came back

    /** A message is ready again, that somebody held, or that waited for its time. */
    void ready(Job job) {
        job.state = Job.State.READY;
        job.member = null;
        job.stamp++;
        KeyLine line = job.line;
        if (job.alone()) {
            alone.add(job, job.lsn);
        } else if (line != null) {
            line.giveBack(job);
            lineReady.accept(line);
        } else {
            again.add(job, job.lsn);
        }
    }

    /** A message waits for its next attempt. */
    void later(Job job, long dueAt) {
        job.state = Job.State.LATER;
        job.member = null;
        job.dueAt = dueAt;
        waitingLater++;
        job.stamp++;
        later.add(job, dueAt);
    }

    /** The oldest message without a key that came back; stays. */
    @Nullable Job firstAgain() {
        return again.first();
    }

    /** The oldest message that must be given alone; stays. */
    @Nullable Job firstAlone() {
        return alone.first();
    }

    /** Takes a ready message out of wherever it waits. */
    boolean take(Job job) {
        KeyLine line = job.line;
        if (line != null && !job.alone() && !line.claim(job)) {
            return false;
        }
        job.stamp++;
        return true;
    }

    /** Hands out the messages whose time has come. */
    void due(long now, Consumer<Job> due) {
        Job first = later.first();
        while (first != null && first.dueAt <= now) {
            later.removeFirst();
            waitingLater--;
            due.accept(first);
            first = later.first();
        }
    }

    long nextDue() {
        Job first = later.first();
        return first == null ? Long.MAX_VALUE : first.dueAt;
    }

    // ---- the end

    /** A message is settled; its record may go. */
    void settle(Job job, Ledger.End end) {
        settleInPlace(job, end);
        drop(job);
    }

    /** A message is settled, and stays where it is until it is dropped. */
    void settleInPlace(Job job, Ledger.End end) {
        settlements.settled(job.epoch, job.lsn, end);
        table.settled(job);
        gone(job.lsn, job.in());
    }

    /** A message that is settled leaves its place; the next one of its key may come. */
    void drop(Job job) {
        KeyLine line = job.line;
        if (line != null) {
            line.remove(job);
            if (line.idle()) {
                lines.remove(line.key);
            } else if (line.ready()) {
                lineReady.accept(line);
            }
        }
        if (job.state == Job.State.LATER) {
            waitingLater--;
        }
        boolean inOutbox = job.state == Job.State.ASSIGNED;
        if (inOutbox) {
            job.state = Job.State.SETTLED;
        } else {
            table.free(job);
        }
    }

    /** A message that nobody holds is given up. */
    void bury(Job job, Death.Reason reason, long now) {
        burials.bury(job, reason, now);
        table.settled(job);
        gone.add(job.lsn);
        drop(job);
    }

    private void expired(long lsn, Segment in, int at, long now) {
        burials.expired(new Position(epochs.of(in), lsn), in, at, now);
        gone.add(lsn);
    }

    private void gone(long lsn, Segment in) {
        log.settle(in, 1);
        gone.add(lsn);
    }

    /** Buries the messages whose time to live is over, when nobody holds them. */
    void expire(long now) {
        Mortal first = mortals.peek();
        while (first != null && first.deadline <= now) {
            mortals.remove();
            expireOne(first.lsn, now);
            first = mortals.peek();
        }
    }

    private void expireOne(long lsn, long now) {
        Job job = table.mortal(lsn);
        if (job != null) {
            boolean held = job.state == Job.State.ASSIGNED || job.state == Job.State.LEASED;
            if (!held) {
                bury(job, Death.Reason.EXPIRED, now);
            }
        } else if (ahead(lsn)) {
            boolean there = log.segment(lsn) != null; // its file is read, where nobody did so lately
            LogCursor at = new LogCursor(log, lsn);
            if (there && at.hasNext() && at.lsn() == lsn) {
                expired(lsn, at.segment(), at.offset(), now);
            }
        }
    }

    /** Whether this message, which was looked at, has outlived its time. */
    boolean expired(Job job, long now) {
        return job.mortal && expiry.expired(job.lsn, job.in().buffer(), job.offset, now);
    }

    long nextExpiry() {
        Mortal first = mortals.peek();
        return first == null ? Long.MAX_VALUE : first.deadline;
    }
}
