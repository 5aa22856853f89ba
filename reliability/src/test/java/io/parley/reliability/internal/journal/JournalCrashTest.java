package io.parley.reliability.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class JournalCrashTest {
    private static final long DISK = 4 << 20;

    /** What a run promised, and what it ever appended. */
    private static final class Run {
        final Set<String> promised = new HashSet<>();
        final Set<String> appended = new HashSet<>();

        void go(FaultyStorage disk, Flush flush, SeededEntropy chance) {
            long epoch = 1
                    + appended.stream()
                            .mapToLong(id -> Long.parseLong(id.substring(0, id.indexOf(':'))))
                            .max()
                            .orElse(0);
            JournalLog log = Writer.open(disk, flush, epoch);
            for (int i = 0; i < 40; i++) {
                for (long n = chance.nextBetween(1, 8); n > 0; n--) {
                    long lsn = log.nextLsn();
                    if (Writer.append(log, epoch, (int) chance.nextBetween(0, 900))) {
                        appended.add(epoch + ":" + lsn);
                    }
                }
                log.commit();
                promised.addAll(Writer.read(log));
                if (chance.chance(0.05)) {
                    log.trim(log.endLsn());
                    log.tidy();
                    promised.removeIf(id -> lsn(id) < log.firstLsn());
                }
            }
            log.close();
        }

        static long lsn(String id) {
            return Long.parseLong(id.substring(id.indexOf(':') + 1));
        }

        void check(FaultyStorage disk, String when) {
            Recovery recovery = new Recovery(disk, "topic.a");
            assertEquals(List.of(), recovery.damages(), when + ": a crash was taken for damage");
            JournalLog log = new JournalLog(recovery, Flush.ALWAYS, 1_000, Writer.CAPACITY);
            List<String> found = Writer.read(log);
            assertTrue(appended.containsAll(found), when + ": a record that nobody appended");
            assertEquals(found.size(), new HashSet<>(found).size(), when + ": twice");
            Set<String> missing = new HashSet<>(promised);
            missing.removeAll(found);
            // what the run trimmed just before it died may be gone, and what it had not yet freed may be there
            missing.removeIf(id -> lsn(id) < log.firstLsn() && log.firstLsn() > 1);
            assertEquals(Set.of(), missing, when + ": lost");
        }
    }

    @Test
    void shouldLoseNothingThatReadersSawWhereverARunDies() {
        Seeds.forEach(4, seed -> {
            for (Crash how : Crash.values()) {
                long acts = 1;
                for (boolean fired = true; fired; acts++) {
                    fired = dies(seed, how, acts);
                }
                assertTrue(acts > 80, "only " + acts + " places to die");
            }
        });
    }

    private static boolean dies(long seed, Crash how, long act) {
        SeededEntropy chance = new SeededEntropy(seed);
        FaultyStorage disk = new FaultyStorage(DISK);
        disk.dieAt(act);
        Run run = new Run();
        try {
            run.go(disk, Flush.ALWAYS, chance);
        } catch (ParleyException e) {
            assertEquals(ErrorCode.DISK_FAILED, e.code());
        }
        boolean fired = disk.isDead();
        FaultyStorage next = disk.crash(how, new SeededEntropy(seed + act));
        run.check(next.crash(Crash.KILL, chance), "act " + act + ", " + how);
        run.go(next, Flush.ALWAYS, chance);
        run.check(next.crash(Crash.POWER_CUT, chance), "the run after act " + act + ", " + how);
        return fired;
    }

    @Test
    void shouldReadOnAfterAPowerCutThatTookBackWhatReadersSaw() {
        Seeds.forEach(100, seed -> {
            SeededEntropy chance = new SeededEntropy(seed);
            FaultyStorage disk = new FaultyStorage(DISK);
            List<String> forced = new ArrayList<>();
            for (long epoch = 1; epoch <= 5; epoch++) {
                JournalLog log = Writer.open(disk, Flush.OS, epoch);
                List<String> found = Writer.read(log);
                assertTrue(found.containsAll(forced), "what was forced is lost");
                for (int i = 0; i < 20; i++) {
                    Writer.append(log, epoch, (int) chance.nextBetween(0, 500));
                    log.commit();
                    if (chance.chance(0.1)) {
                        log.force();
                        forced = Writer.read(log);
                    }
                }
                assertEquals(20, Writer.read(log).size() - found.size(), "records of epoch " + epoch);
                disk = disk.crash(Crash.POWER_CUT, chance);
            }
        });
    }

    @Test
    void shouldShowAndPromiseNothingAfterAForceThatFailed() {
        FaultyStorage disk = new FaultyStorage(DISK);
        JournalLog log = Writer.open(disk, Flush.ALWAYS, 1);
        Writer.append(log, 1, 100);
        log.commit();
        Writer.append(log, 1, 100);
        disk.failForce(1);

        assertThrows(ParleyException.class, log::commit);
        log.commit();
        log.force();

        assertEquals(2, log.endLsn());
        assertNotNull(log.failure());
        assertEquals(
                ErrorCode.DISK_FAILED,
                assertThrows(ParleyException.class, () -> log.claim(10)).code());
    }

    @Test
    void shouldKeepWhatItAcceptedWhenTheDiskIsFullAndGoOnWhenItIsNot() {
        FaultyStorage disk = new FaultyStorage(DISK);
        JournalLog log = Writer.open(disk, Flush.ALWAYS, 1);
        disk.fill();
        for (int i = 0; i < 50; i++) {
            assertTrue(Writer.append(log, 1, 900));
        }

        ParleyException full = assertThrows(ParleyException.class, log::commit);
        assertEquals(ErrorCode.DISK_FULL, full.code());
        assertEquals(1, log.endLsn());
        disk.makeRoom();
        log.commit();

        assertEquals(50, Writer.read(log).size());
    }

    @Test
    void shouldForceEveryRecordBeforeAnyReaderSeesIt() {
        Seeds.forEach(20, seed -> {
            SeededEntropy chance = new SeededEntropy(seed);
            FaultyStorage disk = new FaultyStorage(DISK);
            JournalLog log = Writer.open(disk, Flush.ALWAYS, 1);
            for (int i = 0; i < 60; i++) {
                Writer.append(log, 1, (int) chance.nextBetween(0, 2_000));
                log.commit();
                List<String> trace = disk.trace();
                String last = trace.get(trace.size() - 1);
                assertTrue(last.startsWith("force "), "seen, and the last act was: " + last);
                assertEquals(i + 1, Writer.read(log).size());
            }
        });
    }
}
