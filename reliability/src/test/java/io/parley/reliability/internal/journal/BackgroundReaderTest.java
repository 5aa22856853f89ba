package io.parley.reliability.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who moves along a log that nobody read lately waits for no disk. */
@Timeout(60)
class BackgroundReaderTest {
    private static final long CAPACITY = 16 << 20;

    private final ArrayDeque<Runnable> toRead = new ArrayDeque<>();

    private FaultyStorage disk = new FaultyStorage(2 * CAPACITY);
    private int told;

    private JournalLog reopened() {
        JournalLog first = new JournalLog(new Recovery(disk, "topic.a"), Flush.ALWAYS, 1, CAPACITY);
        while (disk.list().size() < 9) {
            assertTrue(Writer.append(first, 1, 9_000));
            first.commit();
        }
        first.close();
        disk = disk.crash(Crash.KILL, new SeededEntropy(1));
        JournalLog log = new JournalLog(new Recovery(disk, "topic.a"), Flush.ALWAYS, 2, CAPACITY);
        log.reading().by(new BackgroundReader(log, toRead::add, failure -> {
            assertNull(failure);
            told++;
        }));
        return log;
    }

    @Test
    void shouldReadNothingItselfAndBeToldWhenItIsThere() {
        JournalLog log = reopened();
        LogCursor cursor = new LogCursor(log, 1);
        long read = disk.bytesRead();

        assertFalse(cursor.hasNext());
        assertTrue(cursor.waits());
        assertFalse(cursor.hasNext());
        assertEquals(read, disk.bytesRead());
        assertEquals(1, toRead.size(), "asked for twice");

        toRead.remove().run();
        assertEquals(1, told);
        assertTrue(cursor.hasNext());
        assertEquals(1, Record.lsn(cursor.segment().buffer(), cursor.offset()));
    }

    @Test
    void shouldHaveFilesReadAheadOfWhoMovesThroughAllOfThem() {
        JournalLog log = reopened();
        LogCursor cursor = new LogCursor(log, 1);
        int waits = 0;
        long records = 0;
        while (cursor.lsn() < log.endLsn()) {
            long before = disk.bytesRead();
            if (cursor.hasNext()) {
                assertEquals(cursor.lsn(), Record.lsn(cursor.segment().buffer(), cursor.offset()));
                cursor.next();
                records++;
            } else {
                assertTrue(cursor.waits());
                waits++;
            }
            assertEquals(before, disk.bytesRead(), "it read a file itself");
            if (!toRead.isEmpty()) {
                toRead.remove().run();
            }
        }
        assertEquals(log.endLsn() - 1, records);
        assertTrue(waits <= 2, waits + " times: nothing is read ahead");
    }

    @Test
    void shouldKnowWhatSettlesAndWhoseItIsWithoutReading() {
        JournalLog log = reopened();
        long read = disk.bytesRead();
        long used = log.usedBytes();

        assertEquals(1, log.epochAt(1));
        for (long lsn = 1; lsn <= 7; lsn++) {
            log.settle(lsn);
        }
        log.tidy();

        assertEquals(read, disk.bytesRead());
        assertEquals(8, log.firstLsn(), "seven fill the first file");
        assertEquals(used - 64 * 1024, log.usedBytes());
        assertEquals(-1, log.epochAt(log.endLsn()));
    }
}
