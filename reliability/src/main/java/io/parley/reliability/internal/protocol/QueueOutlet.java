package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.identity.NodeId;
import io.parley.core.log.Log;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.OutletSession;
import io.parley.core.spi.OutletStatus;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Position;
import io.parley.core.wire.Refused;
import io.parley.core.wire.Resume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sending side of a RELIABLE queue: its {@link Backlog}, its {@link Member}s, who gets what ({@link Dealer}) and what
 * becomes of it ({@link Leases}).
 */
public final class QueueOutlet implements Outlet {
    /** The most members, those that were lost included. */
    static final int MAX_MEMBERS = 10_000;

    /** How long a lost member is remembered, so that its return takes back the deaths it was blamed for. */
    static final long REMEMBERED = Duration.ofHours(1).toNanos();

    private final Log log;
    private final Epochs epochs;
    private final Settlements settlements;
    private final JobTable table = new JobTable();
    private final Burials burials;
    private final Backlog backlog;
    private final Leases leases;
    private final LeaseSweep sweep;
    private final Dealer dealer;
    private final JobReport jobs;
    private final Map<Member.Key, Member> members = new LinkedHashMap<>();
    private final Map<Member, Long> lost = new LinkedHashMap<>();

    /** Opens the sending side over a log of this run. */
    public QueueOutlet(ChannelSettings settings, Log log, OutletListener listener, Origin origin) {
        this.log = log;
        epochs = new Epochs(log, origin.epoch());
        settlements = new Settlements(origin, epochs);
        burials = new Burials(log, settlements, origin.box(), listener);
        backlog = new Backlog(log, table, epochs, settlements, burials);
        leases = new Leases(settings, backlog, table, listener, origin.entropy(), settlements);
        sweep = new LeaseSweep(leases, table);
        dealer = new Dealer(backlog, members.values());
        jobs = new JobReport(log, backlog, table, burials);
        backlog.recover(origin.box());
    }

    Leases leases() {
        return leases;
    }

    void free(Job job) {
        table.free(job);
    }

    /** Whether a message that was taken away is settled by now, for ever. */
    boolean isSettled(long lsn) {
        return !table.isContested(lsn) && settlements.forEver(lsn);
    }

    /** No message up to this one will be sent again. */
    Position lowWater() {
        return epochs.position(
                leases.firstDecided(settlements.firstInDoubt(backlog.gone().low())) - 1);
    }

    // ---- members

    @Override
    public Attachment attach(Attach request, PeerRun peer, long now) {
        Member.Key key = new Member.Key(peer, request.reader());
        Member member = members.get(key);
        if (member == null) {
            if (members.size() >= MAX_MEMBERS && !forgetLost(Long.MAX_VALUE)) {
                return new Rejected(Refused.Reason.TOO_MANY_READERS, "limit of " + MAX_MEMBERS + " members");
            }
            member = new Member(key);
            members.put(key, member);
        }
        lost.remove(member);
        settlements.rollCall().came(key);
        leases.alive(member);
        MemberSession session = new MemberSession(this, member);
        List<Position> held = request.resume() instanceof Resume.Held has ? has.ids() : List.of();
        List<Job> again = release(member, held, now);
        member.attach(session, request.credit());
        for (Job job : again) {
            dealer.giveBack(job, member, now);
        }
        return new Accepted(session);
    }

    /** Ends the leases of the session before; returns what the member has and is to be leased to it anew. */
    private List<Job> release(Member member, List<Position> held, long now) {
        Set<Long> ids = new HashSet<>();
        held.forEach(p -> {
            if (epochs.is(p)) {
                ids.add(p.lsn());
            }
        });
        TreeSet<Job> again = new TreeSet<>(Comparator.comparingLong(job -> job.lsn));
        leases.resumed(member, ids, again, now);
        for (long lsn : ids) {
            Job job = table.contested(lsn);
            if (job != null && job.state == Job.State.READY && backlog.take(job)) {
                again.add(job);
            } else if (job == null && backlog.ahead(lsn)) {
                backlog.expect(lsn, member);
            }
        }
        return List.copyOf(again);
    }

    private boolean forgetLost(long before) {
        Iterator<Map.Entry<Member, Long>> oldest = lost.entrySet().iterator();
        if (!oldest.hasNext()) {
            return false;
        }
        Map.Entry<Member, Long> entry = oldest.next();
        if (entry.getValue() > before) {
            return false;
        }
        oldest.remove();
        members.remove(entry.getKey().key);
        return true;
    }

    void ended(Member member, OutletSession.Ending ending, long now) {
        switch (ending) {
            case CLOSED -> {
                leases.closed(member, now);
                member.session = null;
                members.remove(member.key);
                settlements.rollCall().left(member.key);
            }
            case DRAINING -> {
                leases.unstarted(member, now);
                member.session = null;
                member.drain();
            }
            default -> {
                // what it holds is its own until it comes back, or is lost
                leases.clearOutbox(member, now);
                member.session = null;
            }
        }
    }

    @Override
    public void peerLost(NodeId peer, long now) {
        for (Member member : members.values()) {
            if (member.key.peer().id().equals(peer) && !member.attached()) {
                leases.lost(member, now);
                lost.putIfAbsent(member, now);
                settlements.rollCall().left(member.key);
            }
        }
    }

    @Override
    public void peerGone(NodeId peer, long now) {
        for (Member member : List.copyOf(members.values())) {
            if (member.key.peer().id().equals(peer)) {
                leases.lost(member, now);
                member.session = null;
                members.remove(member.key);
                lost.remove(member);
                settlements.rollCall().left(member.key);
            }
        }
    }

    // ---- time

    @Override
    public long turn(long now) {
        burials.turn();
        long rollCallOver = settlements.rollCall().turn(now);
        backlog.expiry().scan(now);
        backlog.expire(now);
        Leases.Stuck stuck = stuck();
        backlog.due(now, job -> leases.due(job, stuck, now));
        long next = sweep.turn(members.values(), now);
        takeBackStalled(now);
        next = Math.min(next, dealer.deal(now));
        while (forgetLost(now - REMEMBERED)) {
            // one after the other
        }
        for (Member member : members.values()) {
            if (!member.outbox.isEmpty()) {
                next = Math.min(next, member.assignedSince + Member.STALL);
            }
        }
        return Math.min(Math.min(next, rollCallOver), Math.min(backlog.nextDue(), backlog.nextExpiry()));
    }

    private Leases.Stuck stuck() {
        boolean attached = members.values().stream().anyMatch(Member::attached);
        return attached && !dealer.hasLiveMembers() ? Leases.Stuck.YES : Leases.Stuck.NO;
    }

    /** A link that takes nothing does not keep messages from others. */
    private void takeBackStalled(long now) {
        for (Member member : members.values()) {
            if (!member.outbox.isEmpty() && now - member.assignedSince >= Member.STALL) {
                leases.clearOutbox(member, now);
                member.rest(now);
            }
        }
    }

    // ---- for people

    @Override
    public long flushedLsn() {
        return settlements.durable() ? log.endLsn() : settledLsn();
    }

    @Override
    public long settledLsn() {
        return burials.firstOpen(backlog.gone().low());
    }

    @Override
    public OutletStatus status() {
        List<OutletStatus.ReaderLine> lines = new ArrayList<>();
        long outstanding = 0;
        for (Member member : members.values()) {
            outstanding += member.outstanding();
            String state = member.draining()
                    ? "DRAINING"
                    : member.attached() ? "ATTACHED" : lost.containsKey(member) ? "LOST" : "AWAY";
            lines.add(new OutletStatus.ReaderLine(
                    member.key.peer().id(), member.key.reader(), state.toLowerCase(Locale.ROOT), member.outstanding()));
        }
        long later = backlog.waitingLater();
        Gone gone = backlog.gone();
        long waiting = Math.max(0, log.endLsn() - gone.low() - gone.ahead() - outstanding - later);
        return new OutletStatus(waiting, outstanding, later, burials.dead(), lines, jobs.status());
    }
}
