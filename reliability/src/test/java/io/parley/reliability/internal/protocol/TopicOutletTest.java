package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.Start;
import io.parley.core.spi.OutletListener.AudienceEnd.Why;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Gap;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TopicOutletTest {
    private static final long KIB = 1024;
    private final TopicWorld world = new TopicWorld(256 * KIB, Laggards.evictAfter(Duration.ofSeconds(30)));

    @Test
    void shouldCompleteAtOnceWithoutReaders() {
        world.append("", 0);
        world.settle();
        assertEquals(List.of(1L), world.heard.completed);
        assertEquals(2, world.outlet.flushedLsn());
    }

    @Test
    void shouldCompleteOnceEveryReaderOfTheAudienceProcessed() {
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        TopicWorld.Reader b = world.reader(2, "#", Start.NEW);
        a.attach();
        b.attach();
        world.append("", 0);
        world.outlet.turn(world.now);
        a.settle();
        assertEquals(List.of(), world.heard.completed);
        assertEquals(List.of(a.peer.id()), world.heard.processed.get(1L));
        b.settle();
        assertEquals(List.of(1L), world.heard.completed);
    }

    @Test
    void shouldNotWaitForAReaderWhoseFilterMatchesNothing() {
        TopicWorld.Reader a = world.reader(1, "eur.*", Start.NEW);
        a.attach();
        world.append("usd.gbp", 0);
        world.settle();
        assertEquals(List.of(1L), world.heard.completed);
        assertEquals(List.of(), a.ran());
    }

    @Test
    void shouldSendOnlyWhatMatches() {
        TopicWorld.Reader a = world.reader(1, "eur.*", Start.NEW);
        a.attach();
        List.of("eur.usd", "usd.eur", "eur", "eur.gbp.x", "eur.gbp").forEach(s -> world.append(s, 0));
        world.settle();
        assertEquals(List.of(1L, 5L), a.ran());
        assertEquals(5, world.heard.completed.size());
    }

    @Test
    void shouldResumeBehindWhatWasProcessed() { // P5
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        a.attach();
        for (int i = 0; i < 100; i++) {
            world.append("", 0);
        }
        a.wire.send(world.now);
        a.wire.arrive(world.now);
        for (int i = 0; i < 20; i++) {
            a.inbox.handle();
        }
        a.cut(); // nothing was acknowledged: only the reader knows what it ran
        a.attach();
        world.settle();
        assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), a.ran());
        assertEquals(0, a.inbox.skipped, "sent again although it was processed");
        assertEquals(100, world.heard.completed.size());
        assertTrue(world.heard.processed.values().stream().allMatch(by -> by.size() == 1));
    }

    @Test
    void shouldKeepThePlaceOfALostReaderForTwoMinutes() {
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        a.attach();
        world.settle();
        a.cut();
        world.outlet.peerLost(a.peer.id(), world.now);
        world.append("", 0);
        world.advance(Duration.ofSeconds(119));
        world.settle();
        assertEquals(List.of(), world.heard.completed);
        a.attach();
        world.settle();
        assertEquals(List.of(1L), a.ran());
        assertEquals(List.of(1L), world.heard.completed);
    }

    @Test
    void shouldEndTheAudienceOfAReaderThatStaysAway() {
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        a.attach();
        world.append("", 0);
        world.append("", 0);
        world.outlet.turn(world.now);
        a.cut();
        world.outlet.peerLost(a.peer.id(), world.now);
        world.advance(Duration.ofSeconds(121));
        world.settle();
        assertEquals(List.of(1L, 2L), world.heard.completed);
        Heard.Left left = world.heard.left.get(0);
        assertEquals(1, left.from());
        assertEquals(2, left.to());
        assertEquals(Why.LOST, left.end().why());
        a.attach(); // still in the log: nothing is missed all the same
        world.settle();
        assertEquals(List.of(1L, 2L), a.ran());
        assertEquals(2, world.heard.completed.size());
    }

    @Test
    void shouldForgetAReaderWhoseNodeIsGone() {
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        a.attach();
        world.append("", 0);
        world.outlet.turn(world.now);
        a.cut();
        world.outlet.peerGone(a.peer.id(), world.now);
        assertEquals(List.of(1L), world.heard.completed);
        assertEquals(Why.GONE, world.heard.left.get(0).end().why());
        assertEquals(0, world.outlet.status().readers().size());
    }

    @Test
    void shouldForgetAReaderThatWasClosed() {
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        a.attach();
        world.append("", 0);
        a.wire.cut(OutletSession.Ending.CLOSED, world.now);
        world.settle();
        assertEquals(List.of(1L), world.heard.completed);
    }

    @Test
    void shouldEvictAReaderThatHoldsUpAFullLogAndTellItByAGap() { // P25, in memory
        TopicWorld.Reader slow = world.reader(1, "#", Start.NEW);
        TopicWorld.Reader quick = world.reader(2, "#", Start.NEW);
        slow.attach();
        quick.attach();
        fill(quick);
        assertEquals(0, world.append("", 0), "expected a full log");
        world.advance(Duration.ofSeconds(31));
        world.outlet.turn(world.now);
        assertEquals(1, world.heard.happened.get(Happening.READER_EVICTED));
        assertTrue(world.append("", 0) > 0, "expected room after the eviction");
        world.settle();
        Gap gap = slow.inbox.gaps.get(0);
        assertEquals(GapReason.EVICTED, gap.reason());
        long sent = world.appender.sent().size();
        assertEquals(sent, slow.ran().size() + gap.count());
        assertEquals(Gap.Exactness.EXACT, gap.exactness());
        assertEquals(sent, quick.ran().size());
        assertEquals(sent, world.heard.completed.size());
    }

    /** Appends until the log is full; only this reader handles anything. */
    private void fill(TopicWorld.Reader quick) {
        long lsn = 1;
        while (lsn > 0) {
            lsn = world.append("", 0);
            if (lsn % 64 == 0 || lsn == 0) {
                world.outlet.turn(world.now);
                quick.settle();
            }
        }
    }

    @Test
    void shouldKeepTheGapForAnEvictedReaderThatReturnsLater() { // P25, in memory
        TopicWorld.Reader slow = world.reader(1, "#", Start.NEW);
        TopicWorld.Reader quick = world.reader(2, "#", Start.NEW);
        slow.attach();
        quick.attach();
        slow.cut();
        fill(quick);
        world.advance(Duration.ofSeconds(31));
        world.outlet.turn(world.now);
        for (int i = 0; i < 10_000; i++) {
            assertTrue(world.append("", 0) > 0);
            world.outlet.turn(world.now);
            quick.settle();
        }
        slow.attach();
        world.settle();
        assertEquals(1, slow.inbox.gaps.size());
        Gap gap = slow.inbox.gaps.get(0);
        assertEquals(1, gap.from().lsn());
        assertEquals(gap.to().lsn() + 1, slow.ran().get(0));
        assertEquals(world.appender.sent().size(), slow.ran().size() + gap.count());
    }

    @Test
    void shouldNotEvictWhereThePolicyKeeps() {
        TopicWorld keeping = new TopicWorld(256 * KIB, Laggards.keepAlways());
        TopicWorld.Reader slow = keeping.reader(1, "#", Start.NEW);
        slow.attach();
        while (keeping.append("", 0) > 0) {
            keeping.outlet.turn(keeping.now);
        }
        keeping.advance(Duration.ofHours(1));
        keeping.outlet.turn(keeping.now);
        assertEquals(0, keeping.append("", 0));
        keeping.settle();
        assertEquals(keeping.appender.sent().size(), slow.ran().size());
        assertTrue(keeping.append("", 0) > 0);
    }

    @Test
    void shouldDropTheOldestWhereTheChannelSaysSo() {
        TopicWorld dropping = new TopicWorld(256 * KIB, Laggards.DEFAULT, Overflow.dropOldest());
        TopicWorld.Reader slow = dropping.reader(1, "#", Start.NEW);
        slow.attach();
        for (int i = 0; i < 20_000; i++) {
            assertTrue(dropping.append("", 0) > 0);
            if (i % 64 == 0) {
                dropping.outlet.turn(dropping.now);
            }
        }
        dropping.settle();
        assertEquals(GapReason.OVERFLOW, slow.inbox.gaps.get(0).reason());
        long told = slow.inbox.gaps.stream().mapToLong(Gap::count).sum();
        assertEquals(20_000, slow.ran().size() + told);
        assertEquals(20_000, dropping.heard.completed.size());
    }

    @Test
    void shouldTellMessagesThatWereDroppedBeforeTheyWereWritten() {
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        a.attach();
        world.append("", 0);
        world.log.skip(3);
        world.append("", 0);
        world.log.skip(2);
        world.settle();
        assertEquals(List.of(1L, 5L), a.ran());
        assertEquals(List.of(3L, 2L), a.inbox.gaps.stream().map(Gap::count).toList());
        assertEquals(8, world.outlet.flushedLsn());
        world.append("", 0);
        world.settle();
        assertEquals(List.of(1L, 5L, 8L), a.ran());
    }

    @Test
    void shouldTellExpiredMessagesAsAnExactGap() {
        TopicWorld.Reader a = world.reader(1, "eur.*", Start.NEW);
        a.attach();
        world.append("eur.a", 0);
        world.append("eur.b", 100);
        world.append("usd.b", 100);
        world.append("eur.c", 100);
        world.append("eur.d", 0);
        world.outlet.turn(world.now);
        world.advance(Duration.ofMillis(150));
        world.settle();
        assertEquals(List.of(1L, 5L), a.ran());
        assertEquals(1, a.inbox.gaps.size());
        assertEquals(2, a.inbox.gaps.get(0).count());
        assertEquals(GapReason.EXPIRED, a.inbox.gaps.get(0).reason());
        assertEquals(List.of(2L, 4L), world.heard.expired);
        assertEquals(List.of(1L, 3L, 5L), world.heard.completed);
    }

    @Test
    void shouldExpireNothingWhenTheWallClockJumps() { // P17
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW);
        a.attach();
        for (long jump : List.of(0L, 86_400_000L, -3_600_000L, 0L)) {
            world.wallJump = jump;
            world.append("", 60_000);
            world.outlet.turn(world.now);
        }
        world.advance(Duration.ofSeconds(50));
        world.settle();
        assertEquals(List.of(1L, 2L, 3L, 4L), a.ran());
        world.wallJump = 86_400_000L;
        world.append("", 60_000);
        world.outlet.turn(world.now);
        world.wallJump = 0;
        world.advance(Duration.ofSeconds(61));
        world.settle();
        assertEquals(1, a.inbox.gaps.size(), "a minute is a minute, whatever the wall clock says");
    }

    @Test
    void shouldBeginWhereTheReaderSays() {
        for (int i = 0; i < 10; i++) {
            world.append("", 0);
            world.advance(Duration.ofMillis(1));
        }
        long middle = (world.now / 1_000_000) - 4;
        TopicWorld.Reader earliest = world.reader(1, "#", Start.EARLIEST);
        TopicWorld.Reader last = world.reader(2, "#", Start.last(3));
        TopicWorld.Reader fresh = world.reader(3, "#", Start.NEW);
        TopicWorld.Reader since = world.reader(4, "#", Start.since(java.time.Instant.ofEpochMilli(middle)));
        world.readers.forEach(TopicWorld.Reader::attach);
        world.append("", 0);
        world.settle();
        assertEquals(11, earliest.ran().size());
        assertEquals(List.of(8L, 9L, 10L, 11L), last.ran());
        assertEquals(List.of(11L), fresh.ran());
        assertEquals(List.of(7L, 8L, 9L, 10L, 11L), since.ran());
    }

    @Test
    void shouldApplyANewFilterFromNowOn() {
        TopicWorld.Reader a = world.reader(1, "eur", Start.NEW);
        a.attach();
        world.append("eur", 0);
        world.settle();
        a.wire.out().refilter(List.of("usd"));
        world.append("eur", 0);
        world.append("usd", 0);
        world.settle();
        assertEquals(List.of(1L, 3L), a.ran());
        a.wire.out().refilter(List.of("a..b"));
        assertEquals(1, world.heard.happened.get(Happening.READER_REFUSED));
    }

    @Test
    void shouldNeverGrantBeyondTheWindow() { // P18
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW, new ReaderSettings.Window(10, 1024 * KIB));
        a.attach();
        a.wire.repeatsAcks = true;
        for (int i = 0; i < 1_000; i++) {
            world.append("", 0);
        }
        int handled = 0;
        while (handled < 1_000) {
            a.wire.flow(world.now);
            assertTrue(a.inbox.waiting() <= 10, "beyond the window");
            assertTrue(a.inbox.handle(), "deadlock after " + handled);
            handled++;
            a.wire.in().turn(a.wire, world.now);
            world.outlet.turn(world.now);
        }
        assertEquals(1_000, a.ran().size());
    }

    @Test
    void shouldAcknowledgeAfterTwentyMillisecondsAtTheLatest() {
        TopicWorld.Reader a = world.reader(1, "#", Start.NEW, new ReaderSettings.Window(1_000, 1024 * KIB));
        a.attach();
        world.append("", 0);
        world.append("", 0);
        a.wire.flow(world.now);
        a.inbox.handle();
        long due = a.wire.in().turn(a.wire, world.now);
        assertEquals(world.now + TopicInletSession.ACK_DELAY, due);
        assertFalse(a.wire.answer(world.now));
        a.wire.in().turn(a.wire, due);
        assertTrue(a.wire.answer(due));
        assertEquals(List.of(1L), world.heard.completed);
    }
}
