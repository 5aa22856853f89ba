package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Happening;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.InletSession;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.SenderOffer;
import io.parley.core.spi.Workers;
import io.parley.core.wire.Settle;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A member of a RELIABLE queue, over all senders: its slots, and what it did of each sender's queue. */
public final class QueueMember implements Delivery.QueueInlet {
    /** For how long nothing may begin before what waits is given back. */
    static final long HOPELESS = TimeUnit.SECONDS.toNanos(1);

    /** When to ask again where a link has no room, or time has passed unnoticed. */
    static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(1);

    static final String STILL_HANGS = Leases.TIMEOUT + ": an earlier run of this message here has not ended";

    private static final long LASTING = 0;

    /**
     * Whose ids these are. Those of a run without an epoch mean nothing outside that run; others hold across runs.
     *
     * @param id the node
     * @param nonce of its run, or {@link #LASTING}
     */
    private record Sender(NodeId id, long nonce) {
        static Sender of(Outlet.PeerRun peer) {
            return new Sender(peer.id(), peer.run().epoch() == 0 ? peer.run().nonce() : LASTING);
        }
    }

    private final ReaderSettings settings;
    private final InletListener listener;
    private final Slots slots;
    private final OwnStarts starts;
    private final Map<Sender, Executed> executed = new HashMap<>();
    private final Map<NodeId, WorkSession> sessions = new LinkedHashMap<>();
    private @Nullable WorkSession clearing;
    private long serves;

    /** Opens a member. */
    public QueueMember(ReaderSettings settings, Workers workers, InletListener listener, OwnStarts starts) {
        this.settings = settings;
        this.starts = starts;
        this.listener = listener;
        slots = new Slots(
                workers,
                settings.work().concurrency(),
                Clock.span(settings.work().maxHandlerTime()));
    }

    @Override
    public InletSession open(SenderOffer offer, long now) {
        Sender sender = Sender.of(offer.peer());
        executed.keySet().removeIf(other -> other.id.equals(sender.id) && !other.equals(sender));
        Executed of = executed.computeIfAbsent(sender, s -> new Executed());
        WorkSession session = new WorkSession(this, offer.peer(), of);
        sessions.put(offer.peer().id(), session);
        return session;
    }

    @Override
    public void peerGone(NodeId peer, long now) {
        sessions.remove(peer);
        executed.keySet().removeIf(sender -> sender.id.equals(peer) && sender.nonce != LASTING);
    }

    @Override
    public boolean idle() {
        return slots.idle() && sessions.values().stream().noneMatch(WorkSession::waits);
    }

    @Override
    public void finished(long ticket, Settle.Outcome outcome, int delayMillis, String cause) {
        Run run = slots.finished(ticket, outcome);
        if (run == null) {
            return;
        }
        Executed of = executed.get(Sender.of(run.sender));
        WorkSession session = run.session;
        if (outcome == Settle.Outcome.RETURNED && session != null && !run.timedOut) {
            session.recalled(run);
            return;
        }
        run.in.end();
        if (of != null) {
            of.ends(run);
            remember(of, run, outcome, cause);
        }
        if (run.timedOut) {
            slotFree(run, outcome);
        } else if (session != null) {
            session.answer(run, outcome, delayMillis, cause);
        } else if (outcome == Settle.Outcome.DONE) {
            late(run);
        }
    }

    private static void remember(Executed of, Run run, Settle.Outcome outcome, String cause) {
        if (outcome == Settle.Outcome.DONE) {
            of.done(run.id.epoch(), run.id.lsn());
        } else if (outcome == Settle.Outcome.DEAD && !run.timedOut) {
            of.condemn(run.id, cause);
        }
    }

    /** A handler that hung has ended after all. It had failed already; but when it did its work, that may still count. */
    private void slotFree(Run run, Settle.Outcome outcome) {
        if (outcome == Settle.Outcome.DONE) {
            late(run);
        }
        sessions.values().forEach(WorkSession::slotFree);
    }

    private void late(Run run) {
        WorkSession session = sessions.get(run.sender.id());
        if (session != null && Sender.of(session.sender()).equals(Sender.of(run.sender))) {
            run.answered = true;
            session.answer(run, Settle.Outcome.DONE, 0, "");
        } // else the next session tells it
    }

    // ---- for the sessions

    /** These take a slot. Returns when to look again whether they have begun. */
    long start(List<Run> batch, NodeId sender, long now) {
        return slots.start(batch, starts.begin(settings.channel(), sender, batch), now);
    }

    /** Looks at the time on behalf of all sessions. Returns when to look again. */
    long review(long now) {
        long next = slots.review(this::timedOut, now);
        long busy = clearing == null ? slots.busyFor(now) : slots.longest(now);
        boolean waits = busy > 0 && sessions.values().stream().anyMatch(WorkSession::waits);
        return waits ? Math.min(next, Math.max(now + LOOK_AGAIN, now - busy + HOPELESS)) : next;
    }

    private void timedOut(Run run) {
        long limit = TimeUnit.MILLISECONDS.convert(settings.work().maxHandlerTime());
        listener.happened(Happening.HANDLER_TIMEOUT, 1, "message " + run.id.lsn() + " ran for " + limit + " ms");
        WorkSession session = run.session;
        if (session != null) {
            session.answer(run, Settle.Outcome.RETRY, 0, Leases.TIMEOUT + ": ran for more than " + limit + " ms");
        }
    }

    /** How many messages of one sender to hold. */
    int window(long now) {
        int most = settings.window().messages();
        int usable = slots.usable();
        if (usable == 0) {
            return 0;
        }
        int active = 0;
        for (WorkSession session : sessions.values()) {
            active += session.held() > 0 ? 1 : 0;
        }
        return Math.max(1, slots.pace().window(usable, slots.busyFor(now), most) / Math.max(1, active));
    }

    long windowBytes() {
        return settings.window().bytes();
    }

    /** Whether what waits in this session has no prospect of a slot. */
    boolean hopeless(WorkSession session, long now) {
        boolean neverClear = clearing == session && slots.longest(now) >= HOPELESS;
        return neverClear || slots.usable() == 0 || slots.busyFor(now) >= HOPELESS;
    }

    /** Whether this session may fill a slot: those that waited longer come first, and nobody while one must be alone. */
    boolean mayStart(WorkSession session) {
        int free = slots.free();
        if (clearing != null && !clearing.waits()) {
            clearing = null;
        }
        if (free <= 0 || !session.waits() || clearing != null && clearing != session) {
            return false;
        }
        int before = 0;
        for (WorkSession other : sessions.values()) {
            before += other != session && other.waits() && other.lastServed < session.lastServed ? 1 : 0;
        }
        return before < free;
    }

    void served(WorkSession session) {
        session.lastServed = ++serves;
    }

    /** How many of those that wait to start in one slot. */
    int batchFor(int waiting) {
        int free = Math.max(1, slots.free());
        return Math.max(1, Math.min(slots.pace().batch(), (waiting + free - 1) / free));
    }

    /** Whether nothing runs, so that a message which may be poison takes nobody along. If not, nothing else starts. */
    boolean clearFor(WorkSession session) {
        if (slots.idle()) {
            clearing = null;
            return true;
        }
        clearing = session;
        return false;
    }

    /** A session is over. */
    void over(WorkSession session) {
        sessions.remove(session.sender().id(), session);
        if (clearing == session) {
            clearing = null;
        }
    }
}
