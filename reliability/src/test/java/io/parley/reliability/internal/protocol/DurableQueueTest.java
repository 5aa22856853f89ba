package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.Retention;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.log.Segment;
import io.parley.core.spi.InletSession;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.SenderOffer;
import io.parley.core.wire.Attach;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Position;
import io.parley.core.wire.Settle.Outcome;
import io.parley.reliability.internal.protocol.FakeWorkers.Running;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.CrashDisk;
import io.parley.testkit.log.CrashLog;
import io.parley.testkit.log.Flush;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A queue over a log and a ledger that survive crashes. */
@Timeout(60)
class DurableQueueTest {
    private static final ChannelId CHANNEL = new ChannelId(Kind.QUEUE, "jobs");
    private static final NodeId SENDER = new NodeId(9, 9);
    private static final long CAPACITY = 4 * 1024 * 1024;

    private CrashDisk disk = CrashDisk.empty();
    private Flush flush = Flush.ALWAYS;
    private CrashLog log;
    private Heard heard = new Heard();
    private Appender appender;
    private QueueOutlet outlet;
    private long nonce;
    private long now = 1_000_000_000L;
    private final List<Worker> workers = new ArrayList<>();
    private long born;

    private void open() {
        log = disk.log("jobs", flush, CAPACITY);
        appender = new Appender(log);
        nonce++;
        heard = new Heard();
        ChannelSettings settings = new ChannelSettings(
                CHANNEL,
                Mode.DURABLE,
                new ChannelSettings.Schema("bytes", 0),
                CAPACITY,
                Overflow.fail(),
                Laggards.DEFAULT,
                new RetryPolicy(1_000, 1_000, Duration.ofMillis(50), Duration.ofMillis(100)),
                ChannelSettings.LEASE,
                Retention.DEFAULT);
        outlet = new QueueOutlet(
                settings, log, heard, new Origin(disk.epoch(), new Chance(1), disk.ledger("jobs"), null, 0));
    }

    private void crash(Crash how, long seed) {
        workers.forEach(w -> w.wire.cut(now));
        disk = disk.crash(how, new SeededEntropy(seed));
        open();
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(appender.append("", "", 0, 8) > 0);
        }
    }

    /** A worker that outlives the sender. */
    private final class Worker {
        final Outlet.PeerRun peer = new Outlet.PeerRun(new NodeId(1, ++born), new Run(0, 77));
        final FakeWorkers pool = new FakeWorkers();
        final Set<Position> done = new HashSet<>();
        final QueueMember member;
        Wire wire;

        Worker(int concurrency) {
            ReaderSettings settings = new ReaderSettings(
                    CHANNEL,
                    Mode.DURABLE,
                    "w",
                    Filter.ALL,
                    Start.NEW,
                    ReaderSettings.Window.DEFAULT,
                    RetryPolicy.DEFAULT,
                    new ReaderSettings.Work(concurrency, Duration.ofHours(100)),
                    Exhausted.PARK);
            member = new QueueMember(settings, pool, (what, count, detail) -> {}, new OwnStarts(new NodeId(7, 7)));
            pool.listener(member);
            workers.add(this);
        }

        void attach() {
            Outlet.PeerRun sender = new Outlet.PeerRun(SENDER, new Run(disk.epoch(), nonce));
            InletSession in =
                    member.open(new SenderOffer(sender, new Position(0, 1), SenderOffer.Timing.OFFER_FIRST), now);
            Attach attach = new Attach(1, CHANNEL, Mode.DURABLE, "w", List.of(), in.resume(), in.credit());
            wire = new Wire(((Outlet.Accepted) outlet.attach(attach, peer, now)).session(), in, in.credit(), now);
        }

        void end(Outcome outcome) {
            for (Running run : pool.running()) {
                pool.end(run, outcome, "");
                if (outcome == Outcome.DONE) {
                    Position id = new Position(run.task.epoch(), run.lsn());
                    assertTrue(done.add(id), () -> "executed twice in one process: " + id);
                }
            }
        }

        void turn() {
            pool.tellRecalled();
            wire.in().turn(wire, now);
        }
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            outlet.turn(now);
            for (Worker worker : workers) {
                worker.turn();
                moved |= worker.wire.flow(now);
                worker.turn();
                moved |= worker.wire.flow(now);
            }
        }
    }

    private void finish() {
        for (int i = 0; i < 5_000 && log.firstLsn() <= log.endLsn(); i++) {
            settle();
            workers.forEach(w -> w.end(Outcome.DONE));
            disk.force();
            now += i % 10 == 9 ? 200_000_000L : 1_000L;
        }
        settle();
    }

    @Test
    void shouldNotGiveOutAgainWhatWasDoneAndForced() {
        open();
        Worker worker = new Worker(1);
        worker.attach();
        append(5);
        disk.force();
        settle();
        worker.end(Outcome.DONE);
        settle();
        worker.end(Outcome.DONE);
        settle();
        disk.force();
        crash(Crash.POWER_CUT, 1);
        workers.clear();
        Worker other = new Worker(1);
        other.attach();
        finish();
        assertEquals(3, other.done.size());
        assertEquals(List.of(3L, 4L, 5L), heard.completed);
    }

    @Test
    void shouldAnnounceAsSettledOnlyWhatWasForced() { // P23
        open();
        Worker worker = new Worker(1);
        worker.attach();
        append(1);
        disk.force();
        settle();
        worker.end(Outcome.DONE);
        settle();
        append(1);
        log.force(); // the log, not the ledger
        outlet.turn(now);
        FakeFiller frame = new FakeFiller(2, 10, 1_000);
        worker.wire.out().fill(frame, now);
        assertEquals(0, DataHead.settledUpTo(frame.frame(0).buffer()));
        assertEquals(Position.ZERO, DataHead.lowWater(frame.frame(0).buffer()));
    }

    @Test
    void shouldRememberAttemptsAcrossACrash() {
        open();
        Worker worker = new Worker(1);
        worker.attach();
        append(1);
        disk.force();
        settle();
        worker.end(Outcome.RETRY);
        settle();
        disk.force();
        crash(Crash.POWER_CUT, 1);
        worker.attach();
        settle();
        assertEquals(List.of(), worker.pool.running(), "the pause before the next try is not over");
        now += 120_000_000L;
        settle();
        assertEquals(2, worker.pool.running().get(0).task.attempt());
    }

    /** A power cut takes back what a member has executed, and the next run gives the lsns to other messages. P7. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldRunWhatTheNextRunGaveTheSameLsns(long seed) {
        Chance chance = new Chance(seed);
        flush = Flush.OS;
        open();
        Worker worker = new Worker(1 + chance.below(3));
        worker.attach();
        append(10);
        disk.write(); // seen, and lost with the power
        for (int i = 0; i < 10; i++) {
            settle();
            worker.end(Outcome.DONE);
        }
        settle();
        assertEquals(10, worker.done.size());
        if (chance.oneIn(2)) {
            disk.ledger("jobs").force(); // what became of them outlives them
        }
        crash(Crash.POWER_CUT, seed);
        append(10);
        disk.force();
        long epoch = disk.epoch();
        if (chance.oneIn(2)) {
            crash(Crash.KILL, seed); // the ledger is read again, beside other messages
        }
        worker.attach();
        finish();
        LongStream.range(log.endLsn() - 10, log.endLsn()).forEach(lsn -> {
            Position id = new Position(epoch, lsn);
            assertTrue(worker.done.contains(id), () -> "taken for a duplicate: " + id);
        });
        OutletStatusCheck.empty(outlet);
    }

    static LongStream seeds() {
        return Chance.seeds(200);
    }

    /** The sender crashes while DONEs are on their way. P7, P10, P23, P24. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldProcessEachMessageAndNoneTwiceInOneProcess(long seed) {
        Chance chance = new Chance(seed);
        flush = chance.oneIn(2) ? Flush.OS : Flush.ALWAYS;
        open();
        for (int i = 1 + chance.below(2); i > 0; i--) {
            new Worker(1 + chance.below(3)).attach();
        }
        Set<Position> forced = new HashSet<>();
        for (int round = 0; round < 10; round++) {
            for (int step = chance.below(60); step > 0; step--) {
                step(chance);
                noteForced(forced);
            }
            crash(chance.oneIn(2) ? Crash.KILL : Crash.POWER_CUT, 31 * seed + round);
            forget(forced);
            if (chance.oneIn(2)) {
                append(chance.below(30));
                disk.force();
                outlet.turn(now);
            }
            workers.forEach(Worker::attach);
        }
        append(2);
        disk.force();
        noteForced(forced);
        finish();
        Set<Position> done = new HashSet<>();
        workers.forEach(w -> done.addAll(w.done));
        assertTrue(
                done.containsAll(forced),
                () -> "lost: " + forced.stream().filter(p -> !done.contains(p)).toList());
        OutletStatusCheck.empty(outlet);
    }

    /** 200 kills, of the sender or of a worker, over 100,000 messages. P1. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("fewSeeds")
    void shouldLoseNothingThroughTwoHundredKills(long seed) {
        Chance chance = new Chance(seed);
        open();
        Set<Position> forced = new HashSet<>();
        Set<Position> done = new HashSet<>();
        for (int round = 0; round < 200; round++) {
            while (workers.size() < 3) {
                new Worker(1 + chance.below(3)).attach();
            }
            append(500);
            disk.force();
            noteForced(forced);
            for (int step = chance.below(100); step > 0; step--) {
                step(chance);
            }
            noteForced(forced);
            if (chance.oneIn(2)) {
                crash(chance.oneIn(2) ? Crash.KILL : Crash.POWER_CUT, 31 * seed + round);
                workers.forEach(Worker::attach);
            } else {
                Worker dead = workers.remove(chance.below(workers.size()));
                dead.wire.cut(now);
                done.addAll(dead.done);
                outlet.peerLost(dead.peer.id(), now);
            }
            finish();
        }
        workers.forEach(w -> done.addAll(w.done));
        assertTrue(forced.size() >= 100_000, () -> "only " + forced.size());
        forced.removeAll(done);
        assertEquals(Set.of(), forced, () -> "lost: " + outlet.status());
        OutletStatusCheck.empty(outlet);
    }

    static LongStream fewSeeds() {
        return Chance.seeds(3);
    }

    private void step(Chance chance) {
        Worker worker = workers.get(chance.below(workers.size()));
        switch (chance.below(8)) {
            case 0 -> append(chance.below(6));
            case 1 -> disk.write();
            case 2 -> disk.force();
            case 3 -> worker.end(chance.oneIn(4) ? Outcome.RETRY : Outcome.DONE);
            case 4 -> worker.wire.answer(now);
            case 5 -> worker.wire.send(now);
            case 6 -> worker.wire.arrive(now);
            default -> worker.turn();
        }
        now += chance.below(20_000_000);
        outlet.turn(now);
    }

    /** What a power cut took back is owed to nobody; under ALWAYS it takes nothing that was seen. */
    private void forget(Set<Position> seen) {
        Epochs epochs = new Epochs(log, disk.epoch());
        seen.removeIf(
                id -> flush == Flush.OS && !epochs.is(id) && workers.stream().noneMatch(w -> w.done.contains(id)));
    }

    /** What can be seen: under ALWAYS no crash takes it back. */
    private void noteForced(Set<Position> forced) {
        Segment segment = log.segment(log.firstLsn());
        while (segment != null) {
            int count = Segment.count(segment.visible());
            for (long lsn = segment.firstLsn(); lsn < segment.firstLsn() + count; lsn++) {
                forced.add(new Position(segment.epoch(), lsn));
            }
            segment = segment.next();
        }
    }

    /** Nothing is left to do. */
    private static final class OutletStatusCheck {
        static void empty(QueueOutlet outlet) {
            assertEquals(
                    0,
                    outlet.status().waiting()
                            + outlet.status().outstanding()
                            + outlet.status().later());
        }
    }
}
