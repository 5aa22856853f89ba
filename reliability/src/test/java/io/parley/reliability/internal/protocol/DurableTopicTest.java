package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.GapReason;
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
import io.parley.core.spi.InletSession;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.SenderOffer;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Position;
import io.parley.core.wire.Refused;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.CrashDisk;
import io.parley.testkit.log.CrashLog;
import io.parley.testkit.log.Flush;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A topic over a log and a ledger that survive crashes. */
@Timeout(60)
class DurableTopicTest {
    private static final ChannelId CHANNEL = new ChannelId(Kind.TOPIC, "orders");
    private static final NodeId SENDER = new NodeId(9, 9);
    private static final long CAPACITY = 512 * 1024;

    private CrashDisk disk = CrashDisk.empty();
    private Flush flush = Flush.ALWAYS;
    private CrashLog log;
    private Heard heard;
    private Appender appender;
    private TopicOutlet outlet;
    private long nonce;
    private long now = 1_000_000_000L;

    private void open() {
        log = disk.log("orders", flush, CAPACITY);
        heard = new Heard();
        appender = new Appender(log);
        nonce++;
        ChannelSettings settings = new ChannelSettings(
                CHANNEL,
                Mode.DURABLE,
                new ChannelSettings.Schema("bytes", 0),
                CAPACITY,
                Overflow.fail(),
                Laggards.DEFAULT,
                RetryPolicy.DEFAULT,
                ChannelSettings.LEASE,
                Retention.DEFAULT);
        Origin origin = new Origin(disk.epoch(), new Chance(1), disk.ledger("orders"), null, 0);
        outlet = new TopicOutlet(settings, log, heard, origin);
    }

    private void crash(Crash how, long seed) {
        disk = disk.crash(how, new SeededEntropy(seed));
        open();
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(appender.append("", "", 0, 8) > 0);
        }
    }

    /** A subscriber whose inbox outlives the sender. */
    private final class Reader {
        final Outlet.PeerRun peer;
        final FakeInbox inbox = new FakeInbox();
        Wire wire;

        Reader(long id) {
            peer = new Outlet.PeerRun(new NodeId(1, id), new Run(0, id));
        }

        Outlet.Attachment attach(Start start) {
            Position last = inbox.lastOf(SENDER);
            ReaderSettings settings = new ReaderSettings(
                    CHANNEL,
                    Mode.DURABLE,
                    "billing",
                    io.parley.core.channel.Filter.ALL,
                    start,
                    ReaderSettings.Window.DEFAULT,
                    RetryPolicy.DEFAULT,
                    ReaderSettings.Work.DEFAULT,
                    Exhausted.PARK);
            inbox.last(run(), last);
            InletSession in = new TopicInlet(settings, inbox)
                    .open(new SenderOffer(run(), new Position(0, 1), SenderOffer.Timing.OFFER_FIRST), now);
            Attach attach = new Attach(1, CHANNEL, Mode.DURABLE, "billing", List.of("#"), in.resume(), in.credit());
            Outlet.Attachment answer = outlet.attach(attach, peer, now);
            if (answer instanceof Outlet.Accepted accepted) {
                wire = new Wire(accepted.session(), in, in.credit(), now);
            }
            return answer;
        }

        void settle() {
            for (int i = 0; i < 20; i++) {
                outlet.turn(now);
                wire.flow(now);
                while (inbox.handle()) {
                    // all of it
                }
                wire.in().turn(wire, now);
            }
        }
    }

    private Outlet.PeerRun run() {
        return new Outlet.PeerRun(SENDER, new Run(disk.epoch(), nonce));
    }

    @Test
    void shouldSendOnlyWhatNoCrashTakesBack() {
        open();
        Reader reader = new Reader(1);
        reader.attach(Start.EARLIEST);
        append(3);
        reader.settle();
        assertEquals(0, reader.inbox.ran.size());
        assertEquals(1, outlet.flushedLsn());
        disk.force();
        reader.settle();
        assertEquals(3, reader.inbox.ran.size());
        assertEquals(4, outlet.flushedLsn());
        assertEquals(List.of(1L, 2L, 3L), heard.completed);
    }

    @Test
    void shouldGoOnWhereTheLedgerLeftAReader() {
        open();
        Reader reader = new Reader(1);
        reader.attach(Start.EARLIEST);
        append(10);
        disk.force();
        reader.settle();
        disk.force();
        append(5);
        disk.force();
        crash(Crash.POWER_CUT, 1);
        Reader again = new Reader(2); // knows nothing: its place is the sender's to know
        again.attach(Start.NEW);
        again.settle();
        assertEquals(List.of(11L, 12L, 13L, 14L, 15L), lsns(again));
    }

    @Test
    void shouldRefuseASecondNodeUnderTheSameName() {
        open();
        Reader first = new Reader(1);
        Reader second = new Reader(2);
        first.attach(Start.NEW);
        Outlet.Rejected refused = assertInstanceOf(Outlet.Rejected.class, second.attach(Start.NEW));
        assertEquals(Refused.Reason.SUBSCRIPTION_IN_USE, refused.reason());
        first.wire.cut(now);
        assertInstanceOf(Outlet.Rejected.class, second.attach(Start.NEW));
        outlet.peerLost(first.peer.id(), now);
        assertInstanceOf(Outlet.Accepted.class, second.attach(Start.NEW));
    }

    @Test
    void shouldAnnounceNothingThatACrashCanTakeBack() {
        open();
        Reader reader = new Reader(1);
        reader.attach(Start.EARLIEST);
        append(10);
        disk.force();
        reader.settle();
        append(1);
        disk.log("orders", flush, CAPACITY).force(); // the log, not the ledger
        FakeFiller frame = new FakeFiller(reader.wire.sent() + 1, 10, 1_000);
        reader.wire.out().fill(frame, now);
        assertEquals(
                Position.ZERO,
                io.parley.core.wire.DataHead.lowWater(frame.frame(0).buffer()));
        disk.force();
        append(1);
        disk.force();
        FakeFiller later = new FakeFiller(reader.wire.sent() + 2, 10, 1_000);
        reader.wire.out().fill(later, now);
        assertEquals(
                new Position(1, 10),
                io.parley.core.wire.DataHead.lowWater(later.frame(0).buffer()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellAnAbsentReaderWhatRetentionTook(boolean crashes) { // P25
        open();
        Reader reader = new Reader(1);
        reader.attach(Start.EARLIEST);
        append(10);
        disk.force();
        reader.settle();
        disk.force();
        reader.wire.cut(now);
        outlet.peerLost(reader.peer.id(), now);
        for (int i = 0; i < 20_000; i++) {
            append(1);
            disk.force();
            outlet.turn(now);
        }
        if (crashes) {
            crash(Crash.POWER_CUT, 3);
        }
        Reader again = new Reader(2);
        again.attach(Start.NEW);
        again.settle();
        Gap gap = again.inbox.gaps.get(0);
        assertEquals(GapReason.RETENTION, gap.reason());
        assertEquals(11, gap.from().lsn());
        assertEquals(20_010, 10 + gap.count() + again.inbox.ran.size());
    }

    static LongStream seeds() {
        return Chance.seeds(200);
    }

    /** The trap: a power cut takes 900-910 back, and the next run gives their lsns to other messages. P7, P27. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldTellMessagesOfDifferentRunsApart(long seed) {
        Chance chance = new Chance(seed);
        flush = chance.oneIn(2) ? Flush.OS : Flush.ALWAYS;
        open();
        Reader reader = new Reader(1);
        reader.attach(Start.EARLIEST);
        List<Position> survived = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            for (int i = chance.below(8); i > 0; i--) {
                step(reader, chance);
            }
            reader.wire.cut(now);
            crash(chance.oneIn(2) ? Crash.KILL : Crash.POWER_CUT, seed + round);
            if (chance.oneIn(2)) {
                append(chance.below(30)); // before the reader is back
                disk.force();
            }
            assertInstanceOf(Outlet.Accepted.class, reader.attach(Start.EARLIEST));
        }
        append(3);
        disk.force();
        reader.settle();
        for (long lsn = log.firstLsn(); lsn < log.endLsn(); lsn++) {
            survived.add(new Epochs(log, disk.epoch()).position(lsn));
        }
        Set<Position> ran = new HashSet<>(reader.inbox.ran);
        assertEquals(ran.size(), reader.inbox.ran.size(), "twice to the same process");
        assertTrue(ran.containsAll(survived), () -> "silently lost: " + missing(survived, ran));
        assertFalse(survived.isEmpty());
    }

    /** 200 kills of the sender over 100,000 messages, to a reader that lives. P1, P7. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("fewSeeds")
    void shouldLoseNothingAndRepeatNothingThroughTwoHundredKills(long seed) {
        Chance chance = new Chance(seed);
        open();
        Reader reader = new Reader(1);
        reader.attach(Start.EARLIEST);
        Set<Position> forced = new HashSet<>();
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < 50; i++) {
                append(10);
                step(reader, chance);
                noteForced(forced);
            }
            reader.wire.cut(now);
            crash(chance.oneIn(2) ? Crash.KILL : Crash.POWER_CUT, 31 * seed + round);
            reader.attach(Start.EARLIEST);
            reader.settle();
        }
        assertTrue(forced.size() >= 80_000, () -> "only " + forced.size());
        Set<Position> ran = new HashSet<>(reader.inbox.ran);
        assertEquals(ran.size(), reader.inbox.ran.size(), "twice to the same process");
        forced.removeAll(ran);
        assertEquals(Set.of(), forced, "lost");
        assertEquals(List.of(), reader.inbox.gaps);
    }

    /** What can be seen under ALWAYS can be taken back by no crash. */
    private void noteForced(Set<Position> forced) {
        long end = log.endLsn();
        for (long lsn = Math.max(log.firstLsn(), end - 40); lsn < end; lsn++) {
            forced.add(new Epochs(log, disk.epoch()).position(lsn));
        }
    }

    static LongStream fewSeeds() {
        return Chance.seeds(3);
    }

    private void step(Reader reader, Chance chance) {
        append(chance.below(20));
        if (chance.oneIn(2)) {
            disk.write();
        }
        if (chance.oneIn(3)) {
            disk.force();
        }
        outlet.turn(now);
        reader.wire.send(now);
        reader.wire.arrive(now);
        for (int n = chance.below(10); n > 0; n--) {
            reader.inbox.handle();
        }
        reader.wire.in().turn(reader.wire, now);
        reader.wire.answer(now);
    }

    private static List<Position> missing(List<Position> survived, Set<Position> ran) {
        return survived.stream().filter(p -> !ran.contains(p)).toList();
    }

    private static List<Long> lsns(Reader reader) {
        return reader.inbox.ran.stream().map(Position::lsn).toList();
    }
}
