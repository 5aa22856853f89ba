package io.parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RingLogTest {
    private static final int KIB = 1024;
    private final BlockPool pool = new BlockPool(4 * 1024 * KIB);
    private final RingLog log = new RingLog(1024 * KIB, pool);

    @Test
    void shouldBeEmptyAtFirst() {
        assertEquals(1, log.firstLsn());
        assertEquals(1, log.endLsn());
        assertEquals(0, log.usedBytes());
        assertNull(log.segment(1));
        assertFalse(new LogCursor(log, 1).hasNext());
    }

    @Test
    void shouldGiveBackRoomThatWasClaimedAndNotUsedWhenClosed() {
        assertNotNull(log.claim(100));
        log.close();

        assertEquals(0, log.usedBytes());
    }

    @Test
    void shouldGiveBackEverythingWhenClosed() {
        fill(200, 3 * KIB);
        assertNotNull(log.claim(200 * KIB), "a block that nothing is committed to");
        log.close();

        assertEquals(0, log.usedBytes());
        log.close();
        assertEquals(0, log.usedBytes(), "closing again gives nothing back twice");
    }

    @Test
    void shouldRefuseACommitWithoutAClaim() {
        assertThrows(IllegalStateException.class, () -> log.commit(24));
    }

    @Test
    void shouldGiveTheSameRoomToWhoClaimsAgain() {
        ByteBuffer first = log.claim(100);
        long used = log.usedBytes();

        assertSame(first, log.claim(100));
        assertEquals(used, log.usedBytes());
    }

    @Test
    void shouldExchangeAClaimedBlockForALargerOne() {
        log.claim(100);
        ByteBuffer large = log.claim(200 * KIB);

        assertNotNull(large);
        assertTrue(large.remaining() >= 200 * KIB);
        assertEquals(BlockPool.LARGE_BLOCK, log.usedBytes());
    }

    @Test
    void shouldHoldFourMessagesOf64KibInABlock() {
        assertEquals(4, fill(4, Record.FIXED + 64 * KIB));
        assertEquals(BlockPool.LARGE_BLOCK, log.usedBytes());
    }

    @Test
    void shouldGiveNoMoreRoomThanForTheLargestRecord() {
        ByteBuffer room = log.claim(RingLog.MAX_RECORD);

        assertNotNull(room);
        assertEquals(RingLog.MAX_RECORD, room.remaining());
    }

    @Test
    void shouldSayNullWhenFullAndTakeMoreOnceTrimmed() {
        long appended = fill(10_000, 4 * KIB);
        assertTrue(appended < 10_000 && log.usedBytes() <= log.capacity(), appended + " appended");

        log.trim(log.crowded());

        assertTrue(log.firstLsn() > 1);
        assertTrue(log.usedBytes() <= log.capacity() * 3 / 4, "used " + log.usedBytes());
        assertEquals(appended + 1, Appending.append(log, 4 * KIB));
    }

    @Test
    void shouldNotBeCrowdedBeforeSevenEighthsAreUsed() {
        fill(10, KIB);

        assertEquals(0, log.crowded());
    }

    @Test
    void shouldKeepWhatCannotBeLetGoYet() {
        fill(100, 3 * KIB);
        log.trim(50);

        assertTrue(log.firstLsn() <= 50);
        LogCursor cursor = new LogCursor(log, 50);
        assertTrue(cursor.hasNext());
        assertEquals(50, Appending.read(cursor));
    }

    @Test
    void shouldFreeABlockInTheMiddleOnceAllOfItIsSettled() {
        fill(100, 3 * KIB);
        Segment first = log.segment(1);
        Segment middle = log.segment(Segment.count(first.visible()) + 1);
        int records = Segment.count(middle.visible());
        long used = log.usedBytes();
        assertTrue(records > 1);

        log.settle(middle, records - 1);
        assertEquals(used, log.usedBytes());
        log.settle(middle, 1);

        assertEquals(used - middle.buffer().capacity(), log.usedBytes());
        assertEquals(1, log.firstLsn());
        assertEquals(middle.firstLsn() + records, log.segment(middle.firstLsn()).firstLsn());
        assertReadsAround(middle.firstLsn(), middle.firstLsn() + records);
    }

    @Test
    void shouldFreeTheLastBlockLaterWhenItWasSettledWhole() {
        fill(2, 64);
        Segment only = log.segment(1);
        log.settle(only, 2);
        assertTrue(log.usedBytes() > 0, "the last block stays");
        fill(100, 4 * KIB);
        Segment next = log.segment(log.endLsn() - 1);

        log.settle(next, 1);

        assertTrue(log.firstLsn() > 2, "first " + log.firstLsn());
    }

    @Test
    void shouldKeepAPinnedBlockUntilItIsUnpinned() {
        fill(100, 3 * KIB);
        Segment first = log.segment(1);
        long used = log.usedBytes();
        first.pin();
        first.pin();
        log.settle(first, Segment.count(first.visible()));
        assertEquals(used, log.usedBytes());

        first.unpin();
        assertEquals(used, log.usedBytes());
        first.unpin();
        assertEquals(used - first.buffer().capacity(), log.usedBytes());
    }

    @Test
    void shouldGiveBackAPinnedBlockOnceWhenClosed() {
        fill(1, 64);
        Segment only = log.segment(1);
        only.pin();
        log.close();
        assertEquals(only.buffer().capacity(), log.usedBytes());
        only.unpin();
        assertEquals(0, log.usedBytes());
        only.pin();
        only.unpin();
        assertEquals(0, log.usedBytes());
    }

    @Test
    void shouldTellOfHoles() {
        log.skip(2);
        assertEquals(3, log.skippedTo());
        assertEquals(3, log.endLsn());
        assertFalse(new LogCursor(log, 1).hasNext());
        assertEquals(3, Appending.append(log, 64));
        log.skip(5);
        assertEquals(9, Appending.append(log, 64));

        LogCursor cursor = new LogCursor(log, 1);
        assertTrue(cursor.hasNext());
        assertEquals(3, cursor.lsn());
        assertEquals(3, Appending.read(cursor));
        cursor.next();
        assertTrue(cursor.hasNext());
        assertEquals(9, cursor.lsn());
        assertEquals(9, Appending.read(cursor));
        cursor.next();
        assertFalse(cursor.hasNext());
        assertEquals(10, log.endLsn());
    }

    @Test
    void shouldFindASegmentBehindAHole() {
        Appending.append(log, 64);
        log.skip(10);
        Appending.append(log, 64);

        assertEquals(12, log.segment(5).firstLsn());
        assertEquals(1, log.segment(1).firstLsn());
        assertNull(log.segment(13));
    }

    @Test
    void shouldSayWhetherAnythingExpires() {
        Appending.append(log, 64);
        assertFalse(log.expiring());
        ByteBuffer out = log.claim(64);
        int at = out.position();
        Record.writeShape(out, at, 64, Record.EXPIRY | 8 << 16);
        log.commit(64);

        assertTrue(log.expiring());
    }

    private long fill(int records, int length) {
        for (int i = 0; i < records; i++) {
            if (Appending.append(log, length) == 0) {
                return i;
            }
        }
        return records;
    }

    private void assertReadsAround(long holeFrom, long holeTo) {
        long expected = 1;
        LogCursor cursor = new LogCursor(log, 1);
        while (cursor.hasNext()) {
            expected = expected == holeFrom ? holeTo : expected;
            assertEquals(expected, Appending.read(cursor));
            assertEquals(expected, cursor.lsn());
            cursor.next();
            expected++;
        }
        assertEquals(log.endLsn(), expected);
    }

    @Test
    void shouldLeadFromNoBlockThatWasLetGoToALaterOne() {
        Appending.append(log, 100);
        Block first = (Block) segmentAt(1);
        for (int i = 0; i < 100; i++) {
            fill(1, 40 * KIB);
            log.trim(log.endLsn());
        }
        assertNull(first.next(), "whoever still stands on it keeps alive all that came since");
    }

    @Test
    void shouldLeadPastBlocksThatWereSettledWhileAnOlderOneStays() {
        Appending.append(log, 100);
        Block first = (Block) segmentAt(1);
        for (int i = 0; i < 100; i++) {
            long lsn = Appending.append(log, 40 * KIB);
            if (lsn > 7) {
                log.settle(segmentAt(lsn - 6), 1); // of the block before
            }
        }
        int chain = 0;
        for (Block block = first; block != null; block = block.next()) {
            chain++;
        }
        assertTrue(chain <= 4, chain + " blocks hang on the one that stays");
        assertEquals(1, log.firstLsn());
    }

    @Test
    void shouldKeepItsRoomWhenAllIsSettledAtOnceButForOne() {
        Appending.append(log, 100);
        for (int i = 0; i < 1_000; i++) {
            long lsn = Appending.append(log, 10 * KIB);
            assertTrue(lsn > 0, "full after " + i + " that were settled at once");
            log.settle(segmentAt(lsn), 1);
        }
        assertEquals(1, log.firstLsn());
    }

    @Test
    void shouldGoOnFromAPlaceWhoseBlockWasLetGo() {
        Appending.append(log, 100);
        LogCursor cursor = new LogCursor(log, 1);
        assertTrue(cursor.hasNext());
        cursor.next();
        assertFalse(cursor.hasNext());

        long next = Appending.append(log, 40 * KIB);
        log.trim(next);
        assertTrue(cursor.hasNext());
        assertEquals(next, Appending.read(cursor));
    }

    private Segment segmentAt(long lsn) {
        Segment segment = log.segment(lsn);
        assertNotNull(segment);
        return segment;
    }
}
