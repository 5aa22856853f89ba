package io.parley.reliability.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.core.log.Damage;
import io.parley.core.log.Record;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator is told of a log, and what repair leaves. */
@Timeout(120)
class LogSurveyTest {
    private static final String LOG = "topic.a";

    private static FaultyStorage filled() {
        FaultyStorage disk = new FaultyStorage(4 << 20);
        JournalLog log = Writer.open(disk, Flush.ALWAYS, 1);
        while (disk.list().size() < 3) {
            for (int i = 0; i < 3; i++) {
                Writer.append(log, 1, (int) (log.nextLsn() % 7 * 60));
            }
            log.commit();
        }
        log.close();
        return disk;
    }

    private static List<Long> lsns(FaultyStorage disk) {
        List<Long> lsns = new ArrayList<>();
        new LogSurvey(disk, LOG).read((records, at, epoch) -> lsns.add(Record.lsn(records, at)));
        return lsns;
    }

    @Test
    void shouldReadAllWithoutChangingAnything() {
        FaultyStorage disk = filled();
        long acts = disk.acts();

        LogSurvey.Found found = new LogSurvey(disk, LOG).read((records, at, epoch) -> {});

        assertEquals(List.of(LOG), LogSurvey.logs(disk));
        assertEquals(acts, disk.acts());
        assertEquals(Map.of(), found.damages());
        assertEquals(1, found.firstLsn());
        assertEquals(found.endLsn() - 1, found.records());
        assertFalse(found.torn());
    }

    @Test
    void shouldNameEachDamagedRecordAndKeepAllOthersInARepair() {
        FaultyStorage disk = filled();
        List<String> files = disk.list();
        List<Long> all = lsns(disk);
        disk.flip(files.get(0), Group.HEADER + 30, 1); // the first record
        disk.flip(files.get(1), Group.HEADER + 30, 1); // the first of the second file
        disk.flip(files.get(1), 20, 1); // and the header of its group
        long second = all.get(all.size() - 1);

        LogSurvey.Found found = new LogSurvey(disk, LOG).repair();

        assertEquals(List.of(new Damage(1, 1)), found.damages().get(files.get(0)));
        assertTrue(found.damages().containsKey(files.get(1)));
        List<Long> kept = lsns(disk);
        assertEquals(found.records(), kept.size());
        long gone = found.damages().values().stream()
                .flatMap(List::stream)
                .mapToLong(d -> d.toLsn() - d.fromLsn() + 1)
                .sum();
        assertEquals(all.size() - gone, kept.size());
        assertTrue(all.containsAll(kept) && kept.contains(second));
        LogSurvey.Found again = new LogSurvey(disk, LOG).read((records, at, epoch) -> {});
        assertEquals(Map.of(), again.damages());
        assertTrue(disk.open("quarantine/" + files.get(0)).size() > 0);
        assertTrue(disk.open("quarantine/" + files.get(1)).size() > 0);
    }

    @Test
    void shouldGoOnInALogThatWasRepaired() {
        FaultyStorage disk = filled();
        disk.flip(disk.list().get(0), Group.HEADER + 30, 1);
        new LogSurvey(disk, LOG).repair();
        int before = lsns(disk).size();

        JournalLog log = Writer.open(disk, Flush.ALWAYS, 2);
        for (int i = 0; i < 100; i++) {
            assertTrue(Writer.append(log, 2, 100));
        }
        log.commit();

        assertEquals(before + 100, Writer.read(log).size());
        assertEquals(List.of(), log.damages());
    }

    @Test
    void shouldLoseNothingWhereverARepairDies() {
        FaultyStorage damaged = filled();
        damaged.flip(damaged.list().get(0), Group.HEADER + 30, 1);
        damaged.flip(damaged.list().get(1), Group.HEADER + 30, 1);
        List<Long> sound = lsns(damaged);
        boolean died = true;
        for (int act = 1; died; act++) {
            FaultyStorage disk = damaged.crash(Crash.KILL, new SeededEntropy(act));
            disk.dieAt(act);
            try {
                new LogSurvey(disk, LOG).repair();
            } catch (io.parley.core.error.ParleyException e) {
                assertTrue(disk.isDead());
            }
            died = disk.isDead();
            for (Crash how : Crash.values()) {
                assertEquals(sound, lsns(disk.crash(how, new SeededEntropy(act))), "act " + act + ", " + how);
            }
        }
    }

    @Test
    void shouldCutATornEndInARepair() {
        FaultyStorage disk = filled();
        FaultyStorage next = disk.crash(Crash.KILL, new SeededEntropy(1));
        JournalLog log = Writer.open(next, Flush.OS, 2);
        List<Long> before = lsns(next);
        Writer.append(log, 2, 400);
        log.commit();
        String last = next.list().get(next.list().size() - 1);
        SegmentBytes bytes = SegmentBytes.of(next.open(last).view(), 3);
        int at = bytes.end() - 8;
        while (!bytes.written(at)) {
            at -= 8;
        }
        next.flip(last, at - 100, 1);

        LogSurvey.Found found = new LogSurvey(next, LOG).repair();

        assertTrue(found.torn());
        assertEquals(before, lsns(next));
        assertFalse(new LogSurvey(next, LOG).read((records, a, epoch) -> {}).torn());
    }
}
