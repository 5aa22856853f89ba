package io.parley.reliability.internal.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.Storage;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.journal.Recovery;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A ledger is written anew when it has grown: it stays small, and a crash in the midst of that loses nothing. */
@Timeout(60)
class LedgerCompactionTest {
    private static final long DISK = 256L << 20;

    /** Long names, so that a ledger grows with few entries. */
    private static final String LONG = "x".repeat(200);

    private static final int READERS = 20;
    private static final int ROUND = 500;

    /** What was given to a ledger, and how much of that was forced. */
    private static final class Books {
        private final Map<String, Long> cursors = new HashMap<>();
        private final TreeSet<Long> settled = new TreeSet<>();
        private Map<String, Long> forcedCursors = Map.of();
        private TreeSet<Long> forcedSettled = new TreeSet<>();
        private long lsn;

        /** Readers move on, and every second message of a queue is done: the rest waits, so nothing of that is forgotten. */
        void round(JournalLedger ledger) {
            for (int i = 0; i < ROUND; i++) {
                String reader = LONG + i % READERS;
                cursors.put(reader, ++lsn);
                ledger.append(new Ledger.Cursor(reader, new Position(1, lsn)));
                if (lsn % 2 == 0) {
                    settled.add(lsn);
                    ledger.append(new Ledger.Settled(new Position(1, lsn), Ledger.End.DONE));
                }
            }
            ledger.write(1);
            ledger.force();
            forcedCursors = Map.copyOf(cursors);
            forcedSettled = new TreeSet<>(settled);
        }

        /** Looks at what the next run finds, and takes that for what there is. */
        void check(FaultyStorage disk, String when) {
            JournalLedger ledger = open(disk, 3);
            Map<String, Long> foundCursors = new HashMap<>();
            TreeSet<Long> foundSettled = new TreeSet<>();
            ledger.replay(entry -> {
                if (entry instanceof Ledger.Cursor cursor) {
                    foundCursors.put(cursor.reader(), cursor.upTo().lsn());
                } else if (entry instanceof Ledger.Settled one) {
                    foundSettled.add(one.id().lsn());
                }
            });
            forcedCursors.forEach((reader, upTo) ->
                    assertTrue(foundCursors.getOrDefault(reader, 0L) >= upTo, when + ": a reader's place went back"));
            foundCursors.forEach((reader, upTo) ->
                    assertTrue(upTo <= cursors.getOrDefault(reader, 0L), when + ": a place that nobody had"));
            assertTrue(foundSettled.containsAll(forcedSettled), when + ": a settlement is lost");
            assertTrue(settled.containsAll(foundSettled), when + ": settled, and nobody said so");
            settled.retainAll(foundSettled);
            cursors.putAll(foundCursors);
        }
    }

    private static JournalLedger open(Storage storage, long epoch) {
        return new JournalLedger(new Recovery(storage, "ledger-queue-jobs"), epoch, () -> {});
    }

    private static long bytes(FaultyStorage disk) {
        return disk.list().stream().mapToLong(name -> disk.open(name).size()).sum();
    }

    private static boolean hasBegunAnew(FaultyStorage disk) {
        return disk.list().stream().noneMatch(name -> name.endsWith(".0000000000000001.log"));
    }

    @Test
    void shouldStaySmallHoweverLongItRuns() {
        FaultyStorage disk = new FaultyStorage(DISK);
        JournalLedger ledger = open(disk, 1);
        Books books = new Books();
        long most = 0;
        for (int i = 0; i < 600; i++) { // some 50 MB
            books.round(ledger);
            most = Math.max(most, bytes(disk));
        }
        ledger.close();
        assertTrue(hasBegunAnew(disk));
        assertTrue(most <= 24L << 20, most + " bytes on disk");
        books.check(disk.crash(Crash.KILL, new SeededEntropy(1)), "closed");
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    void shouldLoseNothingWhereverItDiesWhileItIsWrittenAnew(Crash how) {
        FaultyStorage grown = new FaultyStorage(DISK);
        Books books = new Books();
        int rounds = grow(grown, books);
        int acts = 0;
        boolean fired = true;
        while (fired) {
            fired = dies(rounds, ++acts, how);
        }
        assertTrue(acts > 4, "only " + acts + " places to die");
    }

    /** Returns after how many rounds a ledger is written anew. */
    private static int grow(FaultyStorage disk, Books books) {
        JournalLedger ledger = open(disk, 1);
        int rounds = 0;
        while (!hasBegunAnew(disk)) {
            books.round(ledger);
            rounds++;
        }
        return rounds;
    }

    /** Runs up to there, and dies at one of the acts of the round in which that happens. */
    private static boolean dies(int rounds, int act, Crash how) {
        FaultyStorage disk = new FaultyStorage(DISK);
        JournalLedger ledger = open(disk, 1);
        Books books = new Books();
        for (int i = 1; i < rounds; i++) {
            books.round(ledger);
        }
        disk.dieAt(disk.acts() + act);
        boolean fired = true;
        try {
            books.round(ledger);
            fired = false;
        } catch (ParleyException e) {
            assertEquals(ErrorCode.DISK_FAILED, e.code());
        }
        String when = "act " + act + ", " + how;
        FaultyStorage next = disk.crash(how, new SeededEntropy(act));
        books.check(next.crash(Crash.KILL, new SeededEntropy(act)), when);
        JournalLedger again = open(next, 2);
        books.round(again);
        books.round(again);
        again.close();
        books.check(next.crash(Crash.POWER_CUT, new SeededEntropy(act)), "the run after " + when);
        return fired;
    }

    @Test
    void shouldSayWhenItHasNoRoomAndGoOnOnceItHas() {
        FaultyStorage disk = new FaultyStorage(DISK);
        JournalLedger ledger = open(disk, 1);
        Books books = new Books();
        books.round(ledger);
        disk.fill();
        ParleyException full = assertThrows(ParleyException.class, () -> {
            for (int i = 0; i < 200; i++) {
                books.round(ledger);
            }
        });
        assertEquals(ErrorCode.DISK_FULL, full.code());
        long forced = ledger.forcedUpTo();
        disk.makeRoom();
        books.round(ledger);
        assertTrue(ledger.forcedUpTo() > forced + ROUND);
        ledger.close();
        books.check(disk.crash(Crash.POWER_CUT, new SeededEntropy(1)), "after there was room again");
    }
}
