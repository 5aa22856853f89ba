package io.parley.reliability.internal.protocol;

import io.parley.core.log.Record;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.InletSession;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Credit;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Position;
import io.parley.core.wire.Resume;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session of a queue's member with one sender, at the member: what waits for a slot, in order, and what is to be answered.
 * A message counts as started once that was written to the link, and begins to run only then.
 */
final class WorkSession implements InletSession, NumberRuns.Passed {
    /** The most runs of numbers that the sender has not confirmed as settled; then there is no more credit. */
    static final int MAX_UNCONFIRMED = 1 << 20;

    private final QueueMember member;
    private final Outlet.PeerRun sender;
    private final Executed executed;
    private final ArrayDeque<HeldFrame> waiting = new ArrayDeque<>();
    private final ArrayDeque<Run> recalled = new ArrayDeque<>();
    private final ArrayDeque<Run> started = new ArrayDeque<>();
    private final NumberRuns unconfirmed = new NumberRuns();

    /** Numbers that ended in RETRY or RETURNED: their message may be done by now under a later number, not yet settled. */
    private final LsnSet givenUp = new LsnSet();

    private final Answers answers = new Answers();
    private long settledUpTo;
    private Position lowWater = Position.ZERO;
    private boolean open;
    private boolean draining;
    private final Holdings held = new Holdings();
    private final Renewals renewals = new Renewals();
    private int running;
    private long startedNumber;

    /** When it last got a slot: who waited longest comes first. */
    long lastServed;

    WorkSession(QueueMember member, Outlet.PeerRun sender, Executed executed) {
        this.member = member;
        this.sender = sender;
        this.executed = executed;
    }

    Outlet.PeerRun sender() {
        return sender;
    }

    @Override
    public Resume resume() {
        return new Resume.Held(executed.held());
    }

    @Override
    public Credit credit() {
        // what runs here is leased again at once, which needs room even where nothing else has a prospect
        return held.grant(grant(0).max(new Credit(executed.running(), member.windowBytes())));
    }

    @Override
    public void attached(Attached attached, long now) {
        open = true;
        startedNumber = attached.firstNumber() - 1;
        held.begin(startedNumber);
        answers.addAll(executed.toTellAgain());
    }

    // ---- what arrives

    @Override
    public void data(InFrame frame, long now) {
        if (!open || draining) {
            frame.release();
            return;
        }
        HeldFrame arrived = new HeldFrame(frame, now);
        ByteBuffer bytes = frame.buffer();
        settledUpTo = Math.max(settledUpTo, DataHead.settledUpTo(bytes));
        lowWater = DataHead.lowWater(bytes);
        unconfirmed.passNumbers(settledUpTo, this);
        executed.lowWater(lowWater);
        note(bytes, arrived);
        renewals.arrived();
        renewals.leased(arrived.lease().millisLeft(), now);
        waiting.add(arrived);
    }

    @Override
    public void arriving(Lease lease, long now) {
        renewals.arriving(lease, now);
    }

    private void note(ByteBuffer bytes, HeldFrame frame) {
        int at = frame.offset();
        long number = held.received();
        for (int i = frame.left(); i > 0; i--) {
            unconfirmed.records(++number, frame.epoch(), Record.lsn(bytes, at), 1);
            at += Record.length(bytes, at);
        }
        held.arrived(frame.left(), at - frame.offset());
    }

    /** The sender has settled these. */
    @Override
    public void records(long firstNumber, long epoch, long fromLsn, long toLsn) {
        for (long lsn = fromLsn; lsn <= toLsn; lsn++) {
            if (!givenUp.remove(firstNumber + lsn - fromLsn)) {
                executed.settled(epoch, lsn);
            }
        }
    }

    @Override
    public void gap(long toEpoch, long toLsn) {
        // a queue has none
    }

    @Override
    public void gap(Gap gap, long now) {
        unconfirmed.gap(held.gap(), gap.to().epoch(), gap.from().lsn(), gap.to().lsn());
    }

    // ---- turns

    @Override
    public long turn(AckPort out, long now) {
        long next = member.review(now);
        if (!open) {
            return next;
        }
        if (!out.writable()) {
            return Math.min(next, now + QueueMember.LOOK_AGAIN);
        }
        expireRecalled(now);
        skim(now);
        if (waits() && member.hopeless(this, now)) {
            returnWaiting();
        }
        List<Run> batch;
        do {
            batch = nextBatch(now);
            boolean answered = answers.flush(out);
            Credit credit = grant(now);
            if (answered || !batch.isEmpty() || held.worthGranting(credit, member.window(0))) {
                out.ack(processed(), List.of(), startedNumber, held.grant(credit));
            }
            if (!batch.isEmpty()) {
                next = Math.min(next, member.start(batch, sender.id(), now));
            }
        } while (!batch.isEmpty());
        return Math.min(next, renewals.turn(now, held.count() > 0, out, this::leases));
    }

    private Credit grant(long now) {
        boolean closed = draining || unconfirmed.size() > MAX_UNCONFIRMED;
        return closed ? held.granted() : held.credit(member.window(now), member.windowBytes());
    }

    /** The lowest number that was not answered, minus one. */
    private long processed() {
        while (!started.isEmpty() && started.peekFirst().answered) {
            started.removeFirst();
        }
        return started.isEmpty() ? startedNumber : started.peekFirst().number - 1;
    }

    // ---- starting

    boolean waits() {
        return !recalled.isEmpty() || !waiting.isEmpty();
    }

    /** The messages to run next, in one slot; none when there is no slot for this session, or nothing to run. */
    private List<Run> nextBatch(long now) {
        if (draining || !member.mayStart(this)) {
            return List.of();
        }
        int most = member.batchFor(held.count() - running);
        List<Run> batch = new ArrayList<>();
        while (batch.size() < most && waits()) {
            Run run = recalled.isEmpty() ? fromFrame(now) : recalled.peekFirst();
            if (run == null) {
                continue;
            }
            if (run.deaths > 0 && !batch.isEmpty() || run.deaths >= 2 && !member.clearFor(this)) {
                break;
            }
            begin(run);
            batch.add(run);
            if (run.deaths > 0) {
                break;
            }
        }
        if (!batch.isEmpty()) {
            member.served(this);
        }
        return batch;
    }

    private void begin(Run run) {
        running++;
        if (recalled.peekFirst() == run) {
            recalled.removeFirst();
            return;
        }
        HeldFrame frame = run.in;
        frame.begin();
        passNext();
        started.add(run);
        executed.begins(run);
    }

    private void passNext() {
        HeldFrame frame = waiting.getFirst();
        startedNumber = frame.number();
        frame.next();
        if (!frame.hasNext()) {
            waiting.removeFirst();
        }
    }

    /** Answers what comes first and needs no slot. */
    private void skim(long now) {
        while (!waiting.isEmpty() && answerKnown(waiting.getFirst(), now)) {
            // the next one
        }
    }

    /** The next message, or null when it was answered without running. */
    private @Nullable Run fromFrame(long now) {
        HeldFrame frame = waiting.getFirst();
        return answerKnown(frame, now) ? null : new Run(sender, frame, frame.lease(), this);
    }

    /** What was recalled before it began is not begun when its time to live is over. */
    private void expireRecalled(long now) {
        while (!recalled.isEmpty() && recalled.peekFirst().deadline <= now) {
            giveUp(recalled.removeFirst(), Settle.Outcome.EXPIRED);
        }
    }

    /** A run that was recalled is not begun again here. */
    private void giveUp(Run run, Settle.Outcome outcome) {
        running++;
        answer(run, outcome, 0, "");
        executed.ends(run);
        run.in.end();
    }

    /** Passes the next message when it is settled, was executed before, runs, or has outlived its time. */
    private boolean answerKnown(HeldFrame frame, long now) {
        long epoch = frame.epoch();
        long lsn = frame.lsn();
        if (frame.number() <= settledUpTo || new Position(epoch, lsn).compareTo(lowWater) <= 0) {
            // settled while it waited here, perhaps by us; what we knew of it is forgotten
            pass(frame);
            return true;
        }
        Run runs = executed.running(epoch, lsn);
        if (runs != null) {
            again(runs, frame, frame.lease());
            return true;
        }
        String cause = executed.condemned(epoch, lsn);
        if (cause != null) {
            answerUnstarted(frame, Settle.Outcome.DEAD, cause);
        } else if (executed.isDone(epoch, lsn)) {
            answerUnstarted(frame, Settle.Outcome.DONE, "");
        } else if (frame.deadline() <= now) {
            answerUnstarted(frame, Settle.Outcome.EXPIRED, "");
        } else {
            return false;
        }
        return true;
    }

    private void answerUnstarted(HeldFrame frame, Settle.Outcome outcome, String cause) {
        Position id = new Position(frame.epoch(), frame.lsn());
        answers.add(new Settle.Item(frame.lease().number(), id, outcome, 0, cause));
        pass(frame);
    }

    private void pass(HeldFrame frame) {
        held.over(frame.length());
        passNext();
    }

    /** A message came again that still runs: its end is told under the new lease. One that hangs has failed again. */
    private void again(Run runs, HeldFrame frame, Lease lease) {
        if (runs.timedOut) {
            givenUp.add(frame.number());
            answerUnstarted(frame, Settle.Outcome.RETRY, QueueMember.STILL_HANGS);
            return;
        }
        runs.lease = lease.number();
        if (runs.session == this) {
            givenUp.add(frame.number());
            pass(frame);
            return;
        }
        runs.session = this;
        runs.number = frame.number();
        started.add(runs);
        running++;
        passNext();
    }

    /** What waits is given back, since nothing here will end soon. */
    private void returnWaiting() {
        while (!recalled.isEmpty()) {
            giveUp(recalled.removeFirst(), Settle.Outcome.RETURNED);
        }
        while (!waiting.isEmpty()) {
            givenUp.add(waiting.getFirst().number());
            answerUnstarted(waiting.getFirst(), Settle.Outcome.RETURNED, "");
        }
        held.slotFree();
    }

    // ---- ends

    /** Tells the end of a run, once. */
    void answer(Run run, Settle.Outcome outcome, int delayMillis, String cause) {
        if (!run.answered) {
            run.answered = true;
            running--;
            held.over(run.bytes);
            if (outcome == Settle.Outcome.RETRY || outcome == Settle.Outcome.RETURNED) {
                givenUp.add(run.number);
            }
        }
        answers.add(new Settle.Item(run.lease, run.id, outcome, delayMillis, cause));
    }

    /** A run was taken back before it began. */
    void recalled(Run run) {
        running--;
        recalled.addLast(run);
    }

    /** A slot that hung is free again: the sender, to which we gave messages back, is to notice. */
    void slotFree() {
        held.slotFree();
    }

    private List<Long> leases() {
        List<Long> leases = new ArrayList<>();
        for (Run run : started) {
            if (!run.answered) {
                leases.add(run.lease);
            }
        }
        waiting.forEach(frame -> frame.leases(leases::add));
        return leases;
    }

    int held() {
        return held.count();
    }

    @Override
    public void ended(OutletSession.Ending ending, long now) {
        waiting.forEach(HeldFrame::drop);
        waiting.clear();
        renewals.arrived();
        while (!recalled.isEmpty()) {
            Run run = recalled.removeFirst();
            run.answered = true;
            executed.ends(run);
            run.in.end();
        }
        if (ending == OutletSession.Ending.DRAINING) {
            draining = true;
            held.only(running);
            return;
        }
        open = false;
        started.forEach(run -> run.session = null);
        started.clear();
        answers.clear();
        held.only(0);
        running = 0;
        member.over(this);
    }
}
