package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Outlet;
import io.parley.core.wire.Credit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A member of a queue at its sender: what it holds, and what it may still be given. It outlives its sessions. */
final class Member {
    /** How long a member that gave messages back is left alone. */
    static final long REST = Duration.ofMillis(500).toNanos();

    /** How long messages may wait for a link that takes nothing before others get them. */
    static final long STALL = Duration.ofMillis(200).toNanos();

    private static final int UNCAPPED = Integer.MAX_VALUE / 2;

    /**
     * Which member.
     *
     * @param peer its node and run
     * @param reader its name
     */
    record Key(Outlet.PeerRun peer, String reader) {}

    final Key key;
    final long hash;

    /** Leased messages of the standing session, or of the last one while the member is away. */
    final Holding.Numbers numbers = new Holding.Numbers();

    /** Assigned, not yet in a frame. */
    final ArrayDeque<Job> outbox = new ArrayDeque<>();

    /** Lines of keys whose turn is this member's, and that have a message ready. */
    final ArrayDeque<KeyLine> lines = new ArrayDeque<>();

    /** Messages that were counted as deaths when this member was lost. */
    final Set<Long> mourned = new HashSet<>();

    @Nullable MemberSession session;

    private Credit credit = new Credit(0, 0);
    private long sentNumber;
    private long sentBytes;
    private long outboxBytes;
    private int outstanding;
    private int cap = UNCAPPED;
    private long restsUntil = Long.MIN_VALUE;
    private boolean refuses;
    private long refusedAt;
    private boolean draining;

    long assignedSince;
    long lastUsed;

    /** Since when all its slots hang: it holds nothing, and still takes nothing. */
    long spentSince = Long.MAX_VALUE;

    /** Gets nothing else until this message, which is given alone, is settled or taken away. */
    @Nullable Job alone;

    /** Is emptied, to be given a message alone. */
    boolean reserved;

    Member(Key key) {
        this.key = key;
        long h = key.peer().id().hashCode() * 0x9E3779B97F4A7C15L + key.reader().hashCode();
        hash = mix(h ^ key.peer().run().nonce());
    }

    /** Spreads the bits of a number. Source: the finalizer of SplitMix64. */
    static long mix(long from) {
        long z = (from ^ from >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    void attach(MemberSession newSession, Credit newCredit) {
        session = newSession;
        credit = newCredit;
        sentNumber = 0;
        sentBytes = 0;
        cap = UNCAPPED;
        restsUntil = Long.MIN_VALUE;
        refuses = false;
        draining = false;
        spentSince = Long.MAX_VALUE;
    }

    boolean attached() {
        return session != null;
    }

    boolean draining() {
        return draining;
    }

    void drain() {
        draining = true;
    }

    /** More credit, a while after it gave messages back, says that a slot is free again. */
    void grant(Credit newCredit, long now) {
        Credit before = credit;
        credit = credit.max(newCredit);
        if (refuses && !credit.equals(before) && now > refusedAt) {
            refuses = false;
        }
    }

    /** Notes since when it is spent. */
    void review(long now) {
        boolean spent = session != null && (refuses || outstanding == 0 && unused() == 0);
        spentSince = spent ? Math.min(spentSince, now) : Long.MAX_VALUE;
    }

    long lastNumber() {
        return sentNumber;
    }

    int outstanding() {
        return outstanding;
    }

    /** How many more messages it may be given now. */
    long room(long now) {
        if (session == null || draining || alone != null || reserved || now < restsUntil) {
            return 0;
        }
        return unused();
    }

    /** What its credit allows, whatever else stands against it. */
    long unused() {
        if (credit.bytes() <= sentBytes + outboxBytes) {
            return 0;
        }
        return Math.max(0, Math.min(credit.number() - sentNumber - outbox.size(), (long) cap - outstanding));
    }

    void assign(Job job, long now) {
        if (outbox.isEmpty()) {
            assignedSince = now;
        }
        job.state = Job.State.ASSIGNED;
        job.member = this;
        outbox.add(job);
        outboxBytes += job.length;
        outstanding++;
    }

    /** The first of the outbox was put into a frame under this number. */
    void sent(Job job, long number) {
        outbox.removeFirst();
        outboxBytes -= job.length;
        sentNumber = number;
        sentBytes += job.length;
        numbers.append(job, number);
    }

    /** The first of the outbox was settled before it was sent. */
    void skipFirst() {
        outboxBytes -= outbox.removeFirst().length;
    }

    /** Takes the first of the outbox back. */
    Job recallFirst() {
        Job job = outbox.removeFirst();
        outboxBytes -= job.length;
        return job;
    }

    /** The message is not this member's any more. */
    void release(Job job) {
        outstanding--;
        if (alone == job) {
            alone = null;
        }
    }

    /** It gave messages back: it has more than it can do. */
    void refused(long now) {
        refuses = true;
        refusedAt = now;
        cap = Math.max(1, outstanding);
        restsUntil = now + REST;
    }

    /** Its link took nothing for a while. */
    void rest(long now) {
        restsUntil = now + REST;
    }

    /** Its handler ended something. */
    void worked(int count) {
        refuses = false;
        restsUntil = Long.MIN_VALUE;
        cap = (int) Math.min(UNCAPPED, (long) cap + 2L * count);
    }

    boolean resting(long now) {
        return now < restsUntil;
    }

    long restsUntil() {
        return restsUntil;
    }
}
