package io.parley.reliability.internal.durable;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.core.log.Record;
import io.parley.core.spi.DeadRecords;
import io.parley.core.spi.LogListener;
import io.parley.reliability.internal.journal.JournalLog;
import io.parley.reliability.internal.journal.Recovery;
import io.parley.testkit.log.FaultyStorage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DurableLogTest {
    private static final long CAPACITY = 64 << 20;
    private static final int LENGTH = 100_000;

    /** A log of which more than three quarters may be in use for long: readers to come may want it. */
    private final DurableLog log = new DurableLog(
            new JournalLog(new Recovery(new FaultyStorage(2 * CAPACITY), "topic.a"), Flush.ALWAYS, 1, CAPACITY),
            Flush.ALWAYS,
            new Alone());

    private boolean append() {
        ByteBuffer room = log.claim(LENGTH);
        if (room == null) {
            return false;
        }
        Record.writeShape(room, room.position(), LENGTH, 0);
        Record.writePlace(room, room.position(), log.nextLsn(), 1);
        log.commit(LENGTH);
        return true;
    }

    @Test
    void shouldHaveRoomAgainOnceTheDiskHasCaughtUpThoughMuchIsKept() {
        while (log.usedBytes() < CAPACITY * 17 / 32) {
            assertTrue(append());
            log.write(0);
        }
        while (append()) {
            assertTrue(log.usedBytes() <= CAPACITY);
        }
        assertFalse(log.hasAmpleRoom(), "the disk is far behind");

        log.write(1);

        assertTrue(log.usedBytes() > CAPACITY * 3 / 4, "else this shows nothing");
        assertTrue(log.crowded() == 0, "nothing is to be let go of");
        assertTrue(log.hasAmpleRoom());
        assertTrue(append());
    }

    /** A log without a directory around it. */
    private static final class Alone implements DurableLog.Home {
        @Override
        public void touched() {
            // the test writes when it wants
        }

        @Override
        public void close() {
            // nothing else is open
        }

        @Override
        public JournalLedger ledger() {
            throw new IllegalStateException("a topic's log needs none");
        }

        @Override
        public @Nullable DeadLetterPost deadLetters() {
            return null;
        }

        @Override
        public @Nullable DeadRecords deadRecords() {
            return null;
        }

        @Override
        public LogListener listener() {
            throw new IllegalStateException("nothing happens that is to be told");
        }
    }
}
