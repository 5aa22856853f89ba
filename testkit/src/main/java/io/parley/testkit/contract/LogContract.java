package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Log} must do. A test class that extends it and opens logs runs all of it. */
@Timeout(60)
public abstract class LogContract {
    private static final long ROOM = 4 << 20;
    /** What a log may need for itself: one segment that is being filled, one that was begun, and one that cannot go yet. */
    private static final long SLACK = 3 * (256 << 10);

    private final Records records = new Records(this::makeVisible);

    /** Begins a contract test with no log open. */
    protected LogContract() {}

    /** Opens an empty log that takes at most so many bytes. */
    protected abstract Log open(long capacity);

    /** Makes visible what was appended, where an append alone does not. Called by the appender. */
    protected void makeVisible(Log log) {}

    private Log opened(long capacity) {
        Log log = open(capacity);
        records.opened.add(log);
        return log;
    }

    @AfterEach
    final void shouldFreeAllRoomWhenClosed() {
        for (Log log : records.opened) {
            log.close();
            assertEquals(0, log.usedBytes(), "after close");
        }
    }

    @Test
    void shouldBeginEmptyWithLsnOne() {
        Log log = opened(ROOM);

        assertEquals(1, log.nextLsn());
        assertEquals(1, log.firstLsn());
        assertEquals(1, log.endLsn());
        assertNull(log.segment(1));
        assertFalse(new LogCursor(log, 1).hasNext());
        assertEquals(ROOM, log.capacity());
    }

    @Test
    void shouldGiveBackRecordsOfEverySizeInOrder() {
        Log log = opened(ROOM);
        IntUnaryOperator size = n -> Record.FIXED + (n * 7919) % 9_000;

        records.append(log, 400, size);

        assertEquals(401, log.nextLsn());
        assertEquals(401, log.endLsn());
        records.assertReadable(log, 1, 401, size);
    }

    @Test
    void shouldTakeTheLargestRecordAndTheSmallest() {
        Log log = opened(ROOM);
        IntUnaryOperator size = n -> n % 4 == 2 ? log.maxRecord() : Record.FIXED;

        records.append(log, 6, size);

        records.assertReadable(log, 1, 7, size);
    }

    @Test
    void shouldGiveRoomThatCanBeGivenUp() {
        Log log = opened(ROOM);

        for (int i = 0; i < 1_000; i++) {
            ByteBuffer room = log.claim(100_000);
            assertNotNull(room, "claim " + i + " of room that is given up each time");
            assertTrue(room.remaining() >= 100_000);
            room.putLong(room.position(), -1);
        }
        records.append(log, 10, n -> 50);

        records.assertReadable(log, 1, 11, n -> 50);
    }

    @Test
    void shouldAppendLessThanWasClaimed() {
        Log log = opened(ROOM);
        for (int i = 1; i <= 100; i++) {
            records.append(log, 60, 4_000);
        }

        records.assertReadable(log, 1, 101, n -> 60);
        assertTrue(log.usedBytes() < 512 << 10, "room was lost that was claimed and not used");
    }

    @Test
    void shouldStayWithinItsCapacity() {
        Log log = opened(ROOM);

        long count = records.fill(log, 5_000);

        assertTrue(log.usedBytes() <= log.capacity());
        assertTrue(count * 5_000 >= ROOM / 2, "full with " + count + " records of 5,000 B");
        assertNull(log.claim(5_000), "still full");
        records.assertReadable(log, 1, count + 1, n -> 5_000);
    }

    @Test
    void shouldFindRoomAgainAfterATrim() {
        Log log = opened(ROOM);
        long count = records.fill(log, 1_000);

        for (int round = 0; round < 50; round++) {
            log.trim(log.endLsn());
            assertTrue(log.usedBytes() <= SLACK, "used " + log.usedBytes() + " B with all let go of");
            count += records.fill(log, 1_000);
            assertEquals(count + 1, log.endLsn());
        }
        records.assertReadable(log, log.firstLsn(), count + 1, n -> 1_000);
    }

    @Test
    void shouldKeepWhatIsNotBelowTheTrim() {
        Log log = opened(ROOM);
        records.append(log, 2_000, n -> 1_000);

        for (long lsn = 1; lsn <= 2_001; lsn += 37) {
            log.trim(lsn);
            assertTrue(log.firstLsn() <= lsn, "trimmed too far");
            assertNull(log.segment(log.firstLsn() - 1));
            records.assertReadable(log, lsn, 2_001, n -> 1_000);
        }
        assertTrue(log.usedBytes() <= SLACK);
    }

    @Test
    void shouldFindTheSegmentOfEveryRecord() {
        Log log = opened(ROOM);
        records.append(log, 1_000, n -> 500 + n % 3_000);

        for (long lsn = 1; lsn <= 1_000; lsn++) {
            Segment segment = log.segment(lsn);
            assertNotNull(segment);
            long offset = lsn - segment.firstLsn();
            assertTrue(offset >= 0 && offset < Segment.count(segment.visible()), segment + " does not hold " + lsn);
        }
        assertNull(log.segment(0));
        assertNull(log.segment(1_001));
    }

    @Test
    void shouldFreeASegmentInTheMiddleThatIsSettled() {
        Log log = opened(ROOM);
        long count = records.fill(log, 10_000);
        Segment first = log.segment(1);
        assertNotNull(first);
        long before = log.usedBytes();

        for (Segment s = first.next(); s != null; ) {
            Segment next = s.next();
            log.settle(s, Segment.count(s.visible()));
            s = next;
        }

        assertTrue(log.usedBytes() <= Math.min(before, SLACK), "used " + log.usedBytes() + " B with one record left");
        assertEquals(1, log.firstLsn());
        records.assertReadable(log, 1, 2, n -> 10_000);
        records.append(log, 50, n -> 10_000);
        records.assertReadable(log, count + 1, count + 51, n -> 10_000);
        log.settle(first, Segment.count(first.visible()));
        assertTrue(log.firstLsn() > 1, "the first segment was settled, and is still there");
    }

    @Test
    void shouldKeepPinnedBytesUntilTheyAreUnpinned() {
        Log log = opened(ROOM);
        records.append(log, 2_000, n -> 1_000);
        Segment pinned = log.segment(1);
        assertNotNull(pinned);
        pinned.pin();
        pinned.pin();
        ByteBuffer copy = ByteBuffer.allocate(1_000).put(0, pinned.buffer(), pinned.start(), 1_000);

        log.trim(2_001);
        pinned.unpin();
        for (int i = 0; i < 10; i++) {
            records.fill(log, 1_000);
            log.trim(log.endLsn());
        }

        assertEquals(copy, pinned.buffer().slice(pinned.start(), 1_000), "pinned bytes were used again");
        pinned.unpin();
        records.fill(log, 1_000);
        log.trim(log.endLsn());
        assertTrue(log.usedBytes() <= SLACK, "unpinned bytes were not freed");
    }

    @Test
    void shouldSayWhenItIsCrowdedAndFromWhereToTrim() {
        Log log = opened(ROOM);
        records.append(log, 100, n -> 1_000);
        assertEquals(0, log.crowded());

        records.fill(log, 1_000);
        long upTo = log.crowded();
        assertTrue(upTo > 1 && upTo <= log.endLsn(), "crowded up to " + upTo);
        log.trim(upTo);

        assertEquals(0, log.crowded());
        assertTrue(log.endLsn() - log.firstLsn() > 1_000, "more was trimmed than had to be");
        assertTrue(records.fill(log, 1_000) > 0);
    }

    @Test
    void shouldTellACursorThatItWasOvertaken() {
        Log log = opened(ROOM);
        records.append(log, 3_000, n -> 1_000);
        LogCursor cursor = new LogCursor(log, 1);
        assertTrue(cursor.hasNext());

        log.trim(2_000);

        assertTrue(cursor.overtaken());
        assertFalse(cursor.hasNext());
        cursor.seek(log.firstLsn());
        assertTrue(cursor.hasNext());
        assertEquals(3_001 - cursor.lsn(), cursor.behind());
    }

    @Test
    void shouldGiveRunsWithinTheirLimits() {
        Log log = opened(ROOM);
        records.append(log, 3_000, n -> 100 + n % 300);
        LogCursor cursor = new LogCursor(log, 1);

        long lsn = 1;
        while (cursor.hasNext()) {
            Segment segment = cursor.segment();
            int from = cursor.offset();
            assertEquals(lsn, Record.lsn(segment.buffer(), from));
            int count = cursor.nextRun(2_000, 7);
            assertTrue(count > 0 && count <= 7);
            assertTrue(cursor.offset() - from <= 2_000);
            lsn += count;
            assertEquals(lsn, cursor.lsn());
        }
        assertEquals(3_001, lsn);
    }

    @Test
    void shouldLetOneThreadAppendWhileAnotherReadsAndTrims() {
        Log log = opened(1 << 20);
        int total = 200_000;
        IntUnaryOperator size = n -> Record.FIXED + n % 400;
        CompletableFuture<Void> appender = CompletableFuture.runAsync(() -> records.appendPatiently(log, total, size));

        LogCursor cursor = new LogCursor(log, 1);
        for (long lsn = 1; lsn <= total; lsn++) {
            while (!cursor.hasNext()) {
                assertFalse(cursor.overtaken());
                assertFalse(appender.isCompletedExceptionally(), "the appender failed");
                Thread.onSpinWait();
            }
            records.assertNext(cursor, lsn, size);
            if (lsn % 100 == 0) {
                log.trim(lsn);
            }
        }
        appender.join();
    }
}
