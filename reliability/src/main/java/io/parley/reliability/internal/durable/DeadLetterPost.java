package io.parley.reliability.internal.durable;

import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.LogListener;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.protocol.DeadLetterBox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings what a queue gave up to its log of dead letters, and says when it is safe there. */
final class DeadLetterPost implements DeadLetterBox {
    private static final long RETRY = Duration.ofMillis(250).toNanos();

    private record Pending(long ticket, Letter letter) {}

    private final DeadLetterLog log;
    private final LogListener listener;
    private final Runnable wake;
    private final long wallOffset;
    private final List<Position> found = new ArrayList<>();

    // any thread, guarded by this
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long lastTicket;

    private volatile long kept;
    private volatile long count;

    // the thread that commits
    private long dueAt = Long.MIN_VALUE;
    private boolean full;

    /**
     * For this log.
     *
     * @param wake calls the thread that commits; does not wait
     * @param wallOffset wall time minus steady time, in milliseconds
     */
    DeadLetterPost(DeadLetterLog log, LogListener listener, Runnable wake, long wallOffset) {
        this.log = log;
        this.listener = listener;
        this.wake = wake;
        this.wallOffset = wallOffset;
        for (DeadLetterIndex.Entry e = first(); e != null; e = log.index().after(e.id())) {
            found.add(e.id());
        }
        count = log.index().size();
    }

    private DeadLetterIndex.@Nullable Entry first() {
        return log.index().after(Position.ZERO);
    }

    @Override
    public void replay(Consumer<Position> visitor) {
        found.forEach(visitor);
        found.clear();
    }

    @Override
    public long keep(Letter letter) {
        long ticket;
        synchronized (this) {
            ticket = ++lastTicket;
            pending.addLast(new Pending(ticket, letter));
        }
        wake.run();
        return ticket;
    }

    @Override
    public long keptUpTo() {
        return kept;
    }

    @Override
    public long count() {
        return count;
    }

    // the thread that commits

    /**
     * Writes and forces what was given here.
     *
     * @return when to be called again at the latest
     */
    long write(long now) {
        List<Pending> taken = waiting();
        if (taken.isEmpty() && now < dueAt || full && now < dueAt) {
            return dueAt;
        }
        try {
            long next = log.expire(wall(now));
            keep(taken);
            full = false;
            dueAt = next == Long.MAX_VALUE ? next : now + TimeUnit.MILLISECONDS.toNanos(Math.max(1, next - wall(now)));
        } catch (ParleyException e) {
            refused(e);
            dueAt = now + RETRY;
        }
        return dueAt;
    }

    /** Keeps what is left, if the disk lets it. Nothing is given here any more. */
    void finish() {
        keep(waiting());
    }

    private void keep(List<Pending> taken) {
        taken.forEach(one -> log.add(one.letter));
        log.force();
        done(taken);
    }

    private synchronized List<Pending> waiting() {
        return List.copyOf(pending);
    }

    private synchronized void done(List<Pending> taken) {
        taken.forEach(one -> pending.removeFirst());
        kept = taken.isEmpty() ? kept : taken.get(taken.size() - 1).ticket;
        count = log.index().size();
    }

    private void refused(ParleyException e) {
        if (e.code() != ErrorCode.DISK_FULL) {
            throw e;
        }
        if (!full) {
            full = true;
            listener.happened(Happening.DISK_FULL, 1, "dead letters: " + e.getMessage());
        }
    }

    private long wall(long nanos) {
        return wallOffset + TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Copies of the letters behind this id. */
    List<DeadRecord> after(Position id, int most) {
        List<DeadRecord> letters = new ArrayList<>();
        DeadLetterIndex.Entry entry = log.index().after(id);
        while (entry != null && letters.size() < most) {
            DeadRecord letter = log.read(entry);
            if (letter != null) {
                letters.add(letter);
            }
            entry = log.index().after(entry.id());
        }
        return letters;
    }

    @Nullable DeadRecord find(Position id) {
        DeadLetterIndex.Entry entry = log.index().find(id);
        return entry == null ? null : log.read(entry);
    }

    /** Removes one, for ever. Returns whether it was there. */
    boolean remove(Position id, DeadLetterNote.Why why) {
        boolean there = log.remove(id, why);
        log.force();
        count = log.index().size();
        return there;
    }

    void close() {
        log.close();
    }
}
