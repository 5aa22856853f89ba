package io.parley.reliability.internal.durable;

import io.parley.core.channel.Flush;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Damage;
import io.parley.core.log.Journaled;
import io.parley.core.log.Log;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.Clock;
import io.parley.core.spi.DeadRecords;
import io.parley.core.spi.LogListener;
import io.parley.reliability.internal.journal.JournalLog;
import io.parley.reliability.internal.journal.OutputCount;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The log of a DURABLE channel: a {@link JournalLog} whose appends call the thread that commits, and which takes nothing while
 * the disk has no room, or is too far behind. Then all of its capacity counts as used, so appenders do what the channel's
 * policy says.
 *
 * <pre>
 *   takes ──a file cannot be made──▶ FULL ──written, and room for more──▶ takes
 *     └──a write or force failed──▶ FAILED, for ever
 * </pre>
 */
final class DurableLog implements Log, Journaled {
    /** What may be accepted and not yet written. */
    private static final long MOST_STAGED = 16L << 20;

    private static final long RETRY = Duration.ofMillis(250).toNanos();

    private final JournalLog log;
    private final Flush flush;
    private final Home home;
    private final AtomicLong appended = new AtomicLong();
    private volatile long written;
    private volatile boolean full;
    private volatile @Nullable ParleyException failure;

    // the thread that commits
    private long forceAt = Long.MAX_VALUE;
    private long retryAt = Long.MIN_VALUE;

    /** What a log is a part of. */
    interface Home {
        /** Something was appended, or let go of. Any thread; does not wait. */
        void touched();

        /** The log is not needed any more. Any thread; does not wait. */
        void close();

        /** The ledger of its channel. */
        JournalLedger ledger();

        /** Where its channel's dead letters go; null when it is no queue. */
        @Nullable DeadLetterPost deadLetters();

        /** Its channel's dead letters, to be looked after; null when it is no queue. */
        @Nullable DeadRecords deadRecords();

        /** Whom to tell. */
        LogListener listener();
    }

    DurableLog(JournalLog log, Flush flush, Home home) {
        this.log = log;
        this.flush = flush;
        this.home = home;
    }

    JournalLedger ledger() {
        return home.ledger();
    }

    @Nullable DeadLetterPost deadLetters() {
        return home.deadLetters();
    }

    @Nullable DeadRecords deadRecords() {
        return home.deadRecords();
    }

    // appenders

    @Override
    public int maxRecord() {
        return log.maxRecord();
    }

    @Override
    public @Nullable ByteBuffer claim(int atLeast) {
        ParleyException why = failure;
        if (why != null) {
            throw why;
        }
        return isStuck() ? null : log.claim(atLeast);
    }

    private boolean isStuck() {
        return full || appended.get() - written > MOST_STAGED;
    }

    @Override
    public long nextLsn() {
        return log.nextLsn();
    }

    @Override
    public void commit(int length) {
        log.commit(length);
        appended.lazySet(appended.get() + length);
        home.touched();
    }

    /**
     * Appends what a transaction sent. While nobody else appends; the thread that commits.
     *
     * @param record from position to limit, without lsn and time
     * @param number see {@link OutputCount}
     * @return whether there was room
     */
    boolean append(ByteBuffer record, long number, long time) {
        int length = record.remaining();
        ByteBuffer out = claim(length);
        if (out == null) {
            return false;
        }
        int at = out.position();
        out.put(at, record, record.position(), length);
        Record.writePlace(out, at, log.nextLsn(), time);
        log.commitOutput(length, number);
        appended.lazySet(appended.get() + length);
        home.touched();
        return true;
    }

    /** The number of the last output that is in the journal, as its flush policy says. */
    long sentOutputs() {
        return flush.beforeVisible() ? log.outputs().forced() : log.outputs().written();
    }

    @Override
    public void skip(long count) {
        log.skip(count);
    }

    // the thread that commits

    /**
     * Writes what was appended, and forces it when that is due.
     *
     * @return when to be called again at the latest
     */
    long write(long now) {
        if (full && now < retryAt) {
            return Math.min(retryAt, force(now));
        }
        retryAt = now + RETRY;
        long upTo = appended.get();
        try {
            log.tidy(); // first: what is written next may need that room
            log.commit();
            written = upTo;
            hasRoom();
            return Math.min(force(now), log.letGo() ? now + RETRY : Long.MAX_VALUE); // a frame refers to some
        } catch (ParleyException e) {
            if (e.code() != ErrorCode.DISK_FULL) {
                fail(e);
                return Long.MAX_VALUE;
            }
            if (!full) {
                full = true; // what was written before is forced in time all the same
                home.listener().happened(Happening.DISK_FULL, 1, String.valueOf(e.getMessage()));
            }
        }
        return force(now);
    }

    @Override
    public boolean lacksRoom() {
        return full;
    }

    /** Takes messages again once there is some room: not for one file alone, to be full again at the next. */
    private void hasRoom() {
        if (full && log.hasRoom()) {
            full = false;
            home.listener().happened(Happening.DISK_HAS_ROOM, 1, "messages are taken again");
        }
    }

    private long force(long now) {
        if (flush.beforeVisible() || flush.equals(Flush.OS) || log.forcedEnd() >= log.endLsn()) {
            forceAt = Long.MAX_VALUE;
        } else if (forceAt == Long.MAX_VALUE) {
            forceAt = now + Clock.span(flush.every());
        } else if (now >= forceAt) {
            log.force();
            forceAt = Long.MAX_VALUE;
        }
        return full ? Math.min(forceAt, retryAt) : forceAt;
    }

    /** Forces what was written. */
    void force() {
        log.force();
        ParleyException why = failure();
        if (why != null) {
            throw why;
        }
    }

    /** It takes no more, for ever. */
    void fail(ParleyException why) {
        if (failure == null) {
            failure = why;
        }
    }

    void closeFiles() {
        log.close();
    }

    // what became of it

    @Override
    public Journaled journaled() {
        return this;
    }

    @Override
    public long end() {
        return log.endLsn();
    }

    @Override
    public Flush flush() {
        return flush;
    }

    @Override
    public @Nullable ParleyException failure() {
        ParleyException why = failure;
        return why == null ? log.failure() : why;
    }

    // readers

    @Override
    public long skippedTo() {
        return log.skippedTo();
    }

    @Override
    public boolean expiring() {
        return log.expiring();
    }

    @Override
    public long firstLsn() {
        return log.firstLsn();
    }

    @Override
    public long endLsn() {
        return log.endLsn();
    }

    @Override
    public @Nullable Segment segment(long lsn) {
        return log.segment(lsn);
    }

    @Override
    public @Nullable Damage damage(long lsn) {
        return log.damage(lsn);
    }

    @Override
    public long since(long millis) {
        return log.since(millis);
    }

    @Override
    public long olderThan(long millis) {
        return log.olderThan(millis);
    }

    @Override
    public boolean ready(long lsn) {
        return log.ready(lsn);
    }

    @Override
    public long epochAt(long lsn) {
        return log.epochAt(lsn);
    }

    @Override
    public void settle(long lsn) {
        log.settle(lsn);
        giveBack();
    }

    @Override
    public void trim(long lsn) {
        log.trim(lsn);
        giveBack();
    }

    /** What was let go of is given back by the thread that commits. */
    private void giveBack() {
        if (log.letGo()) {
            home.touched();
        }
    }

    @Override
    public void settle(Segment segment, int records) {
        log.settle(segment, records);
        giveBack();
    }

    @Override
    public long crowded() {
        return log.crowded();
    }

    @Override
    public long overdrawn() {
        return log.overdrawn();
    }

    /** Who waited for the thread that writes goes on when it has caught up by half; and who waits in vain hears why. */
    @Override
    public boolean hasAmpleRoom() {
        boolean writes = !full && appended.get() - written <= MOST_STAGED / 2;
        return failure() != null || writes && log.hasAmpleRoom();
    }

    @Override
    public long usedBytes() {
        return isStuck() ? log.capacity() : log.usedBytes();
    }

    @Override
    public long capacity() {
        return log.capacity();
    }

    @Override
    public void close() {
        home.close();
    }
}
