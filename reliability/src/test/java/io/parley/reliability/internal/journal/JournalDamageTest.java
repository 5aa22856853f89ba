package io.parley.reliability.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.core.log.Damage;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bits that flip in what was forced: every undamaged record survives, every damaged one is told. */
@Timeout(300)
class JournalDamageTest {
    private static final long DISK = 4 << 20;

    @Test
    void shouldKeepEveryUndamagedRecordWhicheverBitFlips() {
        FaultyStorage disk = new FaultyStorage(DISK);
        List<String> all = threeFiles(disk);
        List<String> files = disk.list();
        assertEquals(3, files.size());
        int flips = 0;
        for (String name : files) {
            boolean last = name.equals(files.get(2));
            int end = last ? lastGroup(disk, name, 3) : disk.open(name).size();
            for (int at = 0; at < end; at++) {
                flip(disk, new Flip(name, at), all);
                flips++;
            }
        }
        assertTrue(flips > 2 * 16 * 1024, "only " + flips + " bytes");
    }

    private record Flip(String file, int at) {}

    /** Two files that are full, of few records, and one that goes on. */
    private static List<String> threeFiles(FaultyStorage disk) {
        JournalLog log = Writer.open(disk, Flush.ALWAYS, 1);
        SeededEntropy chance = new SeededEntropy(1);
        while (disk.list().size() < 3) {
            for (long n = chance.nextBetween(1, 4); n > 0; n--) {
                Writer.append(log, 1, (int) chance.nextBetween(0, 1_200));
            }
            log.commit();
        }
        Writer.append(log, 1, 10);
        log.commit();
        List<String> all = Writer.read(log);
        log.close();
        return all;
    }

    private static void flip(FaultyStorage disk, Flip flip, List<String> all) {
        FaultyStorage flipped = disk.crash(Crash.KILL, new SeededEntropy(flip.at));
        flipped.flip(flip.file, flip.at, flip.at % 8);
        Recovery recovery = new Recovery(flipped, "topic.a");
        assertFalse(recovery.torn(), flip + ": damage was taken for a tear");
        JournalLog log = new JournalLog(recovery, Flush.ALWAYS, 2, Writer.CAPACITY);
        List<String> found = Writer.read(log);
        List<String> told = new ArrayList<>(found);
        for (Damage damage : log.damages()) {
            for (long lsn = damage.fromLsn(); lsn <= damage.toLsn(); lsn++) {
                told.add("1:" + lsn);
            }
        }
        assertEquals(new HashSet<>(all), new HashSet<>(told), flip + ": lost and not told");
        assertEquals(all.size(), told.size(), flip + ": told, and not lost");
        assertTrue(all.size() - found.size() <= 1, flip + " took " + (all.size() - found.size()) + " records");
    }

    /** Where the mark stands with which the run ended: damage to it is what a tear looks like. */
    private static int lastGroup(FaultyStorage disk, String name, long number) {
        int at = 0;
        SegmentBytes bytes = SegmentBytes.of(disk.open(name).view(), number);
        for (Group group = Group.read(bytes, 0); group != null && group.count() > 0; group = Group.read(bytes, at)) {
            at = group.end();
        }
        return at;
    }

    @Test
    void shouldGoOnBehindAFileWhereverItWasCutShort() {
        FaultyStorage disk = new FaultyStorage(DISK);
        List<String> all = threeFiles(disk);
        String last = disk.list().get(2);
        int size = disk.open(last).size();
        for (int left = 0; left < size; left += left < 1_000 ? 1 : 97) {
            FaultyStorage cut = disk.crash(Crash.KILL, new SeededEntropy(left));
            cut.cut(last, left);
            JournalLog log = Writer.open(cut, Flush.ALWAYS, 2);
            List<String> expected = Writer.read(log);
            assertEquals(all.subList(0, expected.size()), expected, left + " bytes left");
            for (int i = 0; i < 50; i++) {
                expected.add("2:" + log.nextLsn());
                Writer.append(log, 2, 900);
                log.commit();
            }
            assertEquals(expected, Writer.read(log), left + " bytes left");

            FaultyStorage next = cut.crash(Crash.POWER_CUT, new SeededEntropy(left));
            assertEquals(expected, Writer.read(Writer.open(next, Flush.ALWAYS, 3)), left + " bytes left");
        }
    }

    @Test
    void shouldPutAFileAsideInWhichDamageWasFoundWhileItWasRead() {
        FaultyStorage disk = new FaultyStorage(DISK);
        threeFiles(disk);
        String first = disk.list().get(0);
        disk.flip(first, Group.HEADER + 30, 3);
        JournalLog log = Writer.open(disk, Flush.ALWAYS, 2);
        assertEquals(List.of(), log.damages(), "a sealed file was read");

        Writer.read(log);
        assertEquals(List.of(new Damage(1, 1)), log.damages());
        log.trim(log.endLsn());
        log.tidy();

        assertFalse(disk.list().contains(first));
        assertEquals(disk.open("quarantine/" + first).size(), FileSizes.most(Writer.CAPACITY));
    }

    @Test
    void shouldCopyADamagedFileBeforeItGoesOnInIt() {
        FaultyStorage disk = new FaultyStorage(DISK);
        JournalLog log = Writer.open(disk, Flush.ALWAYS, 1);
        for (int i = 0; i < 3; i++) {
            Writer.append(log, 1, 50);
            log.commit();
        }
        log.close();
        String name = disk.list().get(0);
        disk.flip(name, Group.HEADER + 30, 3);

        JournalLog next = Writer.open(disk, Flush.ALWAYS, 2);
        assertEquals(List.of(new Damage(1, 1)), next.damages());
        Writer.append(next, 2, 50);
        next.commit();

        SegmentBytes copy = SegmentBytes.of(disk.open("quarantine/" + name).view(), 1);
        SegmentScan scan = new SegmentScan(copy, 0, 1).scan(4);
        assertEquals(4, scan.nextLsn());
        assertEquals(List.of(new Damage(1, 1)), scan.damages());
        assertEquals(List.of("1:2", "1:3", "2:4"), Writer.read(next));
    }
}
