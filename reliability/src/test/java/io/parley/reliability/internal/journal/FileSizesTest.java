package io.parley.reliability.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files are small at first, and grow with what is written. */
@Timeout(60)
class FileSizesTest {
    private static final int KIB = 1024;
    private static final long CAPACITY = 256L << 20;

    private static JournalLog open(FaultyStorage disk, long epoch) {
        return new JournalLog(new Recovery(disk, "topic.a"), Flush.ALWAYS, epoch, CAPACITY);
    }

    private static List<Integer> sizes(FaultyStorage disk) {
        return disk.list().stream().map(name -> disk.open(name).size() / KIB).toList();
    }

    private static void fill(FaultyStorage disk, JournalLog log, int files) {
        while (disk.list().size() < files) {
            assertTrue(Writer.append(log, 1, 20 * KIB));
            log.commit();
        }
    }

    @Test
    void shouldTakeLittleRoomForALogInWhichLittleIs() {
        FaultyStorage disk = new FaultyStorage(CAPACITY);
        JournalLog log = open(disk, 1);
        assertEquals(0, log.usedBytes());

        Writer.append(log, 1, 100);
        log.commit();

        assertEquals(List.of(64), sizes(disk));
        assertEquals(64L * KIB, log.usedBytes());
    }

    @Test
    void shouldDoubleFromFileToFileAndGoOnWithThatInTheNextRun() {
        FaultyStorage disk = new FaultyStorage(2 * CAPACITY);
        JournalLog log = open(disk, 1);
        fill(disk, log, 4);
        assertEquals(List.of(64, 128, 256, 512), sizes(disk));
        FaultyStorage next = disk.crash(Crash.KILL, new SeededEntropy(1));

        fill(next, open(next, 2), 10);

        assertEquals(List.of(64, 128, 256, 512, 1024, 2048, 4096, 8192, 8192, 8192), sizes(next));
    }

    @Test
    void shouldMakeRoomForALargeMessageAtOnce() {
        FaultyStorage disk = new FaultyStorage(CAPACITY);
        JournalLog log = open(disk, 1);
        assertTrue(Writer.append(log, 1, 10));
        log.commit();

        assertTrue(Writer.append(log, 1, 300 * KIB));
        log.commit();

        assertEquals(List.of(64, 512), sizes(disk));
        assertEquals(2, Writer.read(log).size());
    }

    @Test
    void shouldMakeNoLargeFilesOnASmallDisk() {
        FaultyStorage disk = new FaultyStorage(8 << 20);
        JournalLog log = open(disk, 1);

        fill(disk, log, 12);

        assertEquals(List.of(64, 128, 256, 512, 512, 512), sizes(disk).subList(0, 6));
        assertTrue(log.maxRecord() > 200 * KIB, "the disk limits messages");
    }

    @Test
    void shouldCountRoomBeforeItIsTaken() {
        FaultyStorage disk = new FaultyStorage(CAPACITY);
        JournalLog log = new JournalLog(new Recovery(disk, "topic.a"), Flush.ALWAYS, 1, 4 << 20);
        int accepted = 0;
        while (Writer.append(log, 1, 20 * KIB)) {
            accepted++;
        }
        assertTrue(log.usedBytes() <= log.capacity());
        long planned = log.usedBytes();

        log.commit();

        assertEquals(planned, log.usedBytes(), "planned, and made");
        assertEquals(
                planned,
                sizes(disk).stream().mapToLong(size -> (long) size * KIB).sum());
        assertEquals(accepted, Writer.read(log).size());
    }
}
