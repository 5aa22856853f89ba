package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death.Failure;
import io.parley.core.log.Segment;
import io.parley.core.wire.Lease;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of a queue that was looked at and is not settled. What was not looked at stays in the log only.
 *
 * <pre>
 *   READY ─▶ ASSIGNED ─(in a frame)▶ LEASED ─▶ DONE | DEAD | EXPIRED: gone
 *     ▲          │ not sent            │
 *     └──────────┴─────────────────────┤ taken away, returned
 *     └──────────── LATER ◀────────────┘ failed
 * </pre>
 *
 * Reused: the lease number holds the slot in the {@link JobTable} and how often that slot was leased, so it is never used
 * again and leads to the job without a search.
 */
final class Job extends Holding {
    /** Where a message stands. */
    enum State {
        FREE,
        READY,
        ASSIGNED,
        LEASED,
        LATER,
        /** Settled while it lay in the outbox of a member, which drops it. */
        SETTLED
    }

    final int slot;
    private long generation;

    State state = State.FREE;
    long epoch;

    @Nullable Segment segment;

    int offset;
    int length;
    int attempts;
    int deaths;
    boolean redelivered;
    boolean started;
    boolean contested;
    boolean mortal;

    /** Another one was first to say DONE. It stays with its holder, and its key with it, until that one is through. */
    boolean decided;

    long lease;
    long deadline;
    long dueAt;
    int stamp;
    String lastCause = "";
    List<Failure> failures = List.of();

    @Nullable Member member;

    @Nullable KeyLine line;

    Job(int slot) {
        this.slot = slot;
    }

    void open(long newLsn, long newEpoch, Segment newSegment, int newOffset) {
        lsn = newLsn;
        epoch = newEpoch;
        segment = newSegment;
        offset = newOffset;
        length = io.parley.core.log.Record.length(newSegment.buffer(), newOffset);
        attempts = 0;
        deaths = 0;
        redelivered = false;
        contested = false;
        mortal = false;
        decided = false;
        dueAt = 0;
        lastCause = "";
        failures = List.of();
        state = State.READY;
    }

    Segment in() {
        Segment s = segment;
        if (s == null) {
            throw new IllegalStateException("free");
        }
        return s;
    }

    /** Leases it anew, under a number that was never used. */
    void lease(long newDeadline) {
        generation++;
        lease = generation << JobTable.SLOT_BITS | slot;
        deadline = newDeadline;
        started = false;
        state = State.LEASED;
    }

    Lease line(int millis) {
        return new Lease(
                lease, millis, attempts + 1, deaths, redelivered ? Lease.Redelivered.MAYBE : Lease.Redelivered.NO);
    }

    /** Poison must not take others along. */
    boolean alone() {
        return deaths >= 2;
    }

    boolean leasedAs(long number) {
        return state == State.LEASED && lease == number;
    }
}
