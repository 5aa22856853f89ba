package io.parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LogCursorTest {
    private static final long SEED = Long.getLong("parley.seed", 7);
    private final RingLog log = new RingLog(4 * 1024 * 1024, new BlockPool(1024 * 1024));

    @Test
    void shouldWantAQuestionBeforeAnAnswer() {
        assertThrows(IllegalStateException.class, () -> new LogCursor(log, 1).segment());
    }

    @Test
    void shouldBeginAnywhere() {
        append(5_000, 64);
        for (long lsn : new long[] {1, 2, 63, 64, 65, 4_999, 5_000}) {
            LogCursor cursor = new LogCursor(log, lsn);
            assertTrue(cursor.hasNext());
            assertEquals(lsn, Appending.read(cursor));
            assertEquals(5_001 - lsn, cursor.behind());
        }
        assertFalse(new LogCursor(log, 5_001).hasNext());
    }

    @Test
    void shouldGoOnWhenTheLogGrows() {
        LogCursor cursor = new LogCursor(log, 1);
        assertFalse(cursor.hasNext());
        for (long lsn = 1; lsn <= 1_000; lsn++) {
            Appending.append(log, 64);
            assertTrue(cursor.hasNext());
            assertEquals(lsn, Appending.read(cursor));
            cursor.next();
            assertFalse(cursor.hasNext());
        }
    }

    @Test
    void shouldNoticeThatItWasOvertakenAndGoOnElsewhere() {
        append(2_000, 256);
        LogCursor cursor = new LogCursor(log, 1);
        assertTrue(cursor.hasNext());
        log.trim(1_500);

        assertTrue(cursor.overtaken());
        assertFalse(cursor.hasNext());
        cursor.seek(log.firstLsn());
        assertFalse(cursor.overtaken());
        assertTrue(cursor.hasNext());
        assertEquals(log.firstLsn(), Appending.read(cursor));
    }

    @Test
    void shouldPassRunsWithinTheirBounds() {
        append(10, 100);
        LogCursor cursor = new LogCursor(log, 1);
        assertTrue(cursor.hasNext());

        assertEquals(0, cursor.nextRun(99, 10));
        assertEquals(1, cursor.nextRun(199, 10));
        assertEquals(2, cursor.nextRun(10_000, 2));
        assertEquals(0, cursor.nextRun(10_000, 0));
        assertEquals(4, cursor.lsn());
        assertTrue(cursor.hasNext());
        assertEquals(4, Appending.read(cursor));
        assertEquals(7, cursor.nextRun(700, 7));
        assertFalse(cursor.hasNext());
        assertEquals(11, cursor.lsn());
    }

    @Test
    void shouldPassEveryRecordOnceInRandomRuns() {
        SplittableRandom random = new SplittableRandom(SEED);
        long next = 1;
        LogCursor cursor = new LogCursor(log, 1);
        for (int turn = 0; turn < 3_000; turn++) {
            for (int i = random.nextInt(5); i > 0; i--) {
                Appending.append(log, 32 + random.nextInt(400));
            }
            while (cursor.hasNext()) {
                assertEquals(next, cursor.lsn(), "seed " + SEED);
                assertEquals(next, Appending.read(cursor), "seed " + SEED);
                int passed = cursor.nextRun(random.nextInt(2_000), random.nextInt(8));
                next += passed;
                if (passed == 0 && random.nextInt(3) == 0) {
                    break;
                }
            }
            log.trim(Math.max(1, next - random.nextInt(50)));
        }
    }

    private void append(int records, int length) {
        for (int i = 0; i < records; i++) {
            assertTrue(Appending.append(log, length) > 0);
        }
    }
}
