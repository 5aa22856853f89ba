package io.parley.reliability.internal.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Death;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Retention;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.Storage;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.durable.DeadLetterNote.Why;
import io.parley.reliability.internal.journal.DiskBudget;
import io.parley.reliability.internal.journal.Recovery;
import io.parley.reliability.internal.protocol.DeadLetterBox.Letter;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeadLetterLogTest {
    private static final long DISK = 64 << 20;
    private static final int LARGE = 120_000;
    private static final int SMALL = 100;
    private static final String LONG_CAUSE = "ä".repeat(3_000);

    private final List<Long> dropped = new ArrayList<>();

    private DeadLetterLog open(Storage disk, long epoch, Retention retention) {
        LogListener listener = new LogListener() {
            @Override
            public void moved() {
                // nobody waits
            }

            @Override
            public void happened(Happening what, long count, String detail) {
                assertEquals(Happening.DEAD_LETTERS_DROPPED, what);
                dropped.add(count);
            }
        };
        DeadLetterLog.Limits limits = new DeadLetterLog.Limits(1 << 20, DiskBudget.UNLIMITED, retention);
        return new DeadLetterLog(new Recovery(disk, "dead-queue-q"), epoch, limits, listener);
    }

    /** A stretch of a queue's log with one record. */
    private static final class Page extends Segment {
        private final ByteBuffer bytes;

        Page(long lsn, int payload) {
            bytes = ByteBuffer.allocate(Record.FIXED + payload).order(ByteOrder.LITTLE_ENDIAN);
            Record.writeShape(bytes, 0, bytes.capacity(), 0);
            Record.writePlace(bytes, 0, lsn, 1_000 + lsn);
            for (int i = Record.FIXED; i < bytes.capacity(); i++) {
                bytes.put(i, (byte) (lsn * 31 + i));
            }
        }

        @Override
        public long firstLsn() {
            return Record.lsn(bytes, 0);
        }

        @Override
        public int start() {
            return 0;
        }

        @Override
        public long visible() {
            return Segment.visible(1, bytes.capacity());
        }

        @Override
        public ByteBuffer buffer() {
            return bytes;
        }

        @Override
        public Segment next() {
            return null;
        }

        @Override
        protected void unpinned() {
            // nobody waits
        }
    }

    private static Letter letter(Position id, int payload) {
        Death.Failure failure =
                new Death.Failure(Instant.ofEpochMilli(id.lsn()), Death.Failure.Kind.DIED, "died " + id.lsn());
        Death death = new Death(
                Death.Reason.DEATHS,
                Instant.ofEpochMilli(1_000_000 + id.lsn()),
                1,
                5,
                LONG_CAUSE,
                List.of(failure, failure));
        return new Letter(id, new Page(id.lsn(), payload), 0, death);
    }

    private static void check(DeadLetterLog log, Position id, int payload) {
        DeadRecord found = log.read(assertNotNull(log.index().find(id)));
        assertNotNull(found);
        assertEquals(id.epoch(), found.epoch());
        assertEquals(new Page(id.lsn(), payload).bytes, found.record());
        Death death = found.death();
        assertEquals(Death.Reason.DEATHS, death.reason());
        assertEquals(5, death.deaths());
        assertEquals("ä".repeat(500), death.cause());
        assertEquals(letter(id, 0).death().failures(), death.failures());
    }

    private static <T> T assertNotNull(T value) {
        org.junit.jupiter.api.Assertions.assertNotNull(value);
        return value;
    }

    /** What was forced is there after a crash at any act, and what was removed and forced is not. P32. */
    @Test
    void shouldKeepWhatWasForcedThroughCrashesAtAnyMoment() {
        Seeds.forEach(12, seed -> new Life(new SeededEntropy(seed)).play());
    }

    private final class Life {
        private final SeededEntropy chance;
        private final Set<Position> safe = new HashSet<>();
        private final Set<Position> gone = new HashSet<>();
        private final Set<Position> ever = new HashSet<>();
        private FaultyStorage disk = new FaultyStorage(DISK);
        private long nextLsn = 1;

        Life(SeededEntropy chance) {
            this.chance = chance;
        }

        void play() {
            for (long epoch = 1; epoch < 8; epoch++) {
                Crash how = chance.chance(0.5) ? Crash.KILL : Crash.POWER_CUT;
                disk.dieAt(disk.acts() + chance.nextBetween(1, 150));
                try {
                    DeadLetterLog log = open(disk, epoch, Retention.DEFAULT);
                    check(log);
                    run(log, epoch);
                } catch (ParleyException dead) {
                    assertTrue(disk.isDead(), dead::toString);
                }
                disk = disk.crash(how, chance);
            }
            check(open(disk, 9, Retention.DEFAULT));
        }

        private void check(DeadLetterLog log) {
            for (Position id : safe) {
                DeadLetterLogTest.check(log, id, LARGE);
            }
            DeadLetterIndex.Entry entry = log.index().after(Position.ZERO);
            for (; entry != null; entry = log.index().after(entry.id())) {
                assertTrue(ever.contains(entry.id()) && !gone.contains(entry.id()), "" + entry);
                safe.add(entry.id()); // recovery forced what it kept
            }
        }

        private void run(DeadLetterLog log, long epoch) {
            while (true) {
                Set<Position> added = new HashSet<>();
                Set<Position> removed = new HashSet<>();
                for (int i = chance.nextInt(4); i > 0; i--) {
                    Position id = new Position(epoch, nextLsn++);
                    ever.add(id);
                    added.add(id);
                    log.add(letter(id, LARGE));
                }
                while (log.index().size() > 8) {
                    Position id = log.index().oldest().id();
                    if (chance.chance(0.5)) {
                        id = log.index().after(id).id();
                    }
                    safe.remove(id);
                    removed.add(id);
                    assertTrue(log.remove(id, Why.DISCARDED));
                }
                log.force();
                added.removeAll(removed);
                safe.addAll(added);
                gone.addAll(removed);
            }
        }
    }

    @Test
    void shouldTakeNoMoreOfTheDiskThanItsLimit() {
        FaultyStorage disk = new FaultyStorage(DISK);
        DeadLetterLog log = open(disk, 1, Retention.DEFAULT);
        for (int i = 1; i <= 1_000; i++) {
            log.add(letter(new Position(1, i), LARGE));
            log.force();
        }
        assertTrue(
                log.index().size() >= 10 && log.index().size() < 20,
                () -> "" + log.index().size());
        assertEquals(
                1_000 - log.index().size(), dropped.stream().mapToLong(n -> n).sum());
        assertTrue(DISK - disk.freeBytes() <= 10 << 20, () -> "" + (DISK - disk.freeBytes()));
        check(log, new Position(1, 1_000), LARGE);
    }

    @Test
    void shouldKeepAsManyAndAsLongAsRetentionSays() {
        FaultyStorage disk = new FaultyStorage(DISK);
        Retention retention = Retention.DEFAULT.withAge(Duration.ofMillis(50)).withMessages(20);
        DeadLetterLog log = open(disk, 1, retention);
        for (int i = 1; i <= 100; i++) {
            log.add(letter(new Position(1, i), SMALL));
        }
        assertEquals(20, log.index().size());
        assertEquals(1_000_081 + 50, log.expire(1_000_100));
        assertEquals(1_000_096 + 50, log.expire(1_000_145));
        log.force();
        assertEquals(5, log.index().size());
        DeadLetterLog again = open(disk.crash(Crash.POWER_CUT, new SeededEntropy(1)), 2, Retention.DEFAULT);
        assertEquals(5, again.index().size());
        check(again, new Position(1, 96), SMALL);
    }

    @Test
    void shouldKeepOneOnceHoweverOftenItIsGiven() {
        FaultyStorage disk = new FaultyStorage(DISK);
        DeadLetterLog log = open(disk, 1, Retention.DEFAULT);
        log.add(letter(new Position(1, 1), SMALL));
        log.add(letter(new Position(1, 1), SMALL));
        log.force();
        assertEquals(1, log.index().size());
        assertTrue(log.remove(new Position(1, 1), Why.DISCARDED));
        assertFalse(log.remove(new Position(1, 1), Why.DISCARDED));
    }

    @Test
    void shouldNotTakeWhatWasNotForcedForSafe() {
        FaultyStorage disk = new FaultyStorage(DISK);
        DeadLetterLog log = open(disk, 1, Retention.DEFAULT);
        log.add(letter(new Position(1, 1), SMALL));
        log.force();
        log.add(letter(new Position(1, 2), SMALL));
        disk.failForce(1);
        for (int i = 0; i < 3; i++) {
            ParleyException refused = assertThrows(ParleyException.class, log::force);
            assertEquals(ErrorCode.DISK_FAILED, refused.code());
        }
    }
}
