package io.parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread appends while another reads and lets go, neither waiting for the other. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RingLogConcurrencyTest {
    private static final long SEED = Long.getLong("parley.seed", 11);
    private static final int RECORDS = Integer.getInteger("parley.records", 300_000);
    private final BlockPool pool = new BlockPool(1024 * 1024);
    private final RingLog log = new RingLog(1024 * 1024, pool);
    private volatile boolean failed;

    @Test
    void shouldLoseNothingWhileTheReaderTrimsAllThatItHasRead() {
        CompletableFuture<Void> appender = CompletableFuture.runAsync(() -> append(40, 0));
        LogCursor cursor = new LogCursor(log, 1);
        reading(appender, () -> {
            long next = 1;
            while (next <= RECORDS) {
                while (cursor.hasNext()) {
                    assertEquals(next, Appending.read(cursor), "seed " + SEED);
                    cursor.next();
                    next++;
                }
                log.trim(next);
                assertFalse(cursor.overtaken(), "at " + next + ", seed " + SEED);
                spin();
            }
        });
        log.close();
        assertEquals(0, log.usedBytes());
    }

    @Test
    void shouldLeaveOutExactlyWhatWasSkipped() {
        CompletableFuture<Void> appender = CompletableFuture.runAsync(() -> append(200, 50));
        LogCursor cursor = new LogCursor(log, 1);
        long[] read = new long[1];
        reading(appender, () -> {
            long last = 0;
            while (last < RECORDS) {
                while (cursor.hasNext()) {
                    long lsn = Appending.read(cursor);
                    assertEquals(cursor.lsn(), lsn, "seed " + SEED);
                    assertTrue(lsn > last, lsn + " after " + last + ", seed " + SEED);
                    last = lsn;
                    read[0]++;
                    cursor.next();
                }
                log.trim(cursor.lsn());
                if (cursor.overtaken()) {
                    // the block was let go, and the next one begins behind lsns that were passed over
                    cursor.seek(log.firstLsn());
                }
                last = log.skippedTo() > RECORDS && !cursor.hasNext() ? RECORDS : last;
                spin();
            }
        });
        assertTrue(read[0] > RECORDS / 2, read[0] + " read");
    }

    @Test
    void shouldFreeWhatIsSettledOutOfOrderWhilePinsHoldTheirBlocks() {
        CompletableFuture<Void> appender = CompletableFuture.runAsync(() -> append(300, 0));
        LogCursor cursor = new LogCursor(log, 1);
        SplittableRandom random = new SplittableRandom(SEED);
        ArrayDeque<Segment> pinned = new ArrayDeque<>();
        reading(appender, () -> {
            long next = 1;
            while (next <= RECORDS) {
                while (cursor.hasNext()) {
                    Segment segment = cursor.segment();
                    assertEquals(next, Appending.read(cursor), "seed " + SEED);
                    int run = cursor.nextRun(Integer.MAX_VALUE, 1 + random.nextInt(100));
                    next += run;
                    segment.pin();
                    pinned.add(segment);
                    log.settle(segment, run);
                    while (pinned.size() > random.nextInt(4)) {
                        pinned.remove().unpin();
                    }
                }
                pinned.forEach(Segment::unpin);
                pinned.clear();
                spin();
            }
        });
        log.close();
        assertEquals(0, log.usedBytes());
    }

    private static void spin() {
        assertFalse(Thread.interrupted(), "took too long, seed " + SEED);
        Thread.onSpinWait();
    }

    private void reading(CompletableFuture<Void> appender, Runnable reader) {
        try {
            reader.run();
        } finally {
            failed = true; // lets the appender go when the reader gave up; it has ended otherwise
        }
        appender.join();
    }

    /** Appends records, some of them passed over: one in so many; 0 for none. */
    private void append(int spread, int skipOneIn) {
        SplittableRandom random = new SplittableRandom(SEED + 1);
        for (long lsn = 1; lsn <= RECORDS; ) {
            if (skipOneIn > 0 && random.nextInt(skipOneIn) == 0) {
                long count = Math.min(RECORDS - lsn + 1, 1 + random.nextInt(3));
                log.skip(count);
                lsn += count;
                continue;
            }
            int length = 32 + random.nextInt(random.nextInt(1_000) == 0 ? 40_000 : spread);
            while (Appending.append(log, length) == 0) {
                if (failed) {
                    return;
                }
                Thread.onSpinWait();
            }
            lsn++;
        }
    }
}
