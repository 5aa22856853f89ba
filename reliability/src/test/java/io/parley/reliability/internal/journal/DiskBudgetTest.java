package io.parley.reliability.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a full disk, or a budget that is spent, does to logs. */
@Timeout(60)
class DiskBudgetTest {
    private static final int FILE = FileSizes.most(Writer.CAPACITY);

    private static JournalLog open(FaultyStorage disk, DiskBudget budget, String name) {
        return new JournalLog(new Recovery(disk, budget, name), Flush.ALWAYS, 1, Writer.CAPACITY);
    }

    /** Appends and commits until the disk refuses; returns the lsn of the first record that was not shown. */
    private static long fill(JournalLog log) {
        ParleyException full = assertThrows(ParleyException.class, () -> {
            for (int i = 0; i < 1_000; i++) {
                Writer.append(log, 1, 900);
                log.commit();
            }
        });
        assertEquals(ErrorCode.DISK_FULL, full.code());
        return log.endLsn();
    }

    @Test
    void shouldShowNothingThatFoundNoRoomInTheBudgetOfAllLogs() {
        FaultyStorage disk = new FaultyStorage(64 << 20);
        DiskBudget budget = new DiskBudget(16L * FILE);
        JournalLog one = open(disk, budget, "topic.a");
        JournalLog two = open(disk, budget, "topic.b");
        while (budget.used() < 8L * FILE) {
            Writer.append(one, 1, 900);
            one.commit();
        }

        long end = fill(two);

        assertEquals(16L * FILE, budget.used());
        assertTrue(Writer.append(two, 1, 900));
        assertThrows(ParleyException.class, two::commit);
        assertEquals(end, two.endLsn(), "shown, and not written");
    }

    @Test
    void shouldGoOnByItselfOnceAnEighthOfTheBudgetIsFree() {
        FaultyStorage disk = new FaultyStorage(64 << 20);
        DiskBudget budget = new DiskBudget(16L * FILE);
        JournalLog one = open(disk, budget, "topic.a");
        JournalLog two = open(disk, budget, "topic.b");
        while (budget.used() < 8L * FILE) {
            Writer.append(one, 1, 900);
            one.commit();
        }
        long waits = fill(two);

        letGo(one);
        assertThrows(ParleyException.class, two::commit, "one file is no eighth");
        letGo(one);
        two.commit();

        assertEquals(waits + 1, two.endLsn());
        assertTrue(Writer.append(two, 1, 900));
        two.commit();
        assertEquals(two.nextLsn(), two.endLsn());
    }

    /** Lets the oldest file go. */
    private static void letGo(JournalLog log) {
        long first = log.firstLsn();
        for (long lsn = first; log.firstLsn() == first; lsn++) {
            log.trim(lsn);
        }
        log.tidy();
    }

    @Test
    void shouldCountWhatAnEarlierRunLeft() {
        FaultyStorage disk = new FaultyStorage(64 << 20);
        fill(open(disk, new DiskBudget(5L * FILE), "topic.a"));
        FaultyStorage next = disk.crash(Crash.KILL, new SeededEntropy(1));
        DiskBudget budget = new DiskBudget(5L * FILE);

        JournalLog log = open(next, budget, "topic.a");

        assertEquals(5L * FILE, budget.used());
        assertTrue(log.overdrawn() > log.firstLsn(), "nothing says that the oldest should go");
        log.trim(log.overdrawn());
        log.tidy();
        assertTrue(Writer.append(log, 1, 900));
        log.commit();
    }

    @Test
    void shouldGoOnByItselfWhenTheDiskHasRoomForTwoFiles() {
        FaultyStorage disk = new FaultyStorage(6L * FILE + FILE / 2);
        JournalLog log = Writer.open(disk, Flush.ALWAYS, 1);
        long waits = fill(log);
        long tries = created(disk);

        assertThrows(ParleyException.class, log::commit);
        assertEquals(tries, created(disk), "a full disk was asked again for what it has not");
        letGo(log);
        log.commit();

        assertEquals(waits + 1, log.endLsn());
        assertNotEquals(1, log.firstLsn());
        List<String> shown = Writer.read(log);
        assertEquals(log.endLsn() - log.firstLsn(), shown.size());
    }

    private static long created(FaultyStorage disk) {
        return disk.trace().stream().filter(act -> act.startsWith("create ")).count();
    }

    @Test
    void shouldKeepNothingForLaterWhileTheBudgetIsShort() {
        FaultyStorage disk = new FaultyStorage(64 << 20);
        DiskBudget budget = new DiskBudget(8L * FILE);
        JournalLog log = open(disk, budget, "topic.a");
        fill(log);

        letGo(log);

        assertEquals(
                List.of(),
                disk.list().stream().filter(n -> n.contains(".free.")).toList());
        assertEquals(7L * FILE, budget.used());
    }
}
