package io.parley.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.log.BlockPool;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Credit;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent stays within the credit; credit is absolute, never shrinks, and a frame in hand is ended. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SenderSessionTest {
    private static final long SEED = Long.getLong("parley.seed", 17);
    private static final int RECORD = 100;
    private static final int FRAME = 1_000;
    private final RingLog log = new RingLog(4 * 1024 * 1024, new BlockPool(1024 * 1024));
    private final FrameBuilder frame = new FrameBuilder();
    private final Reading outlet = new Reading();

    @Test
    void shouldSendNothingWithoutCreditOrRecords() {
        SenderSession session = session(2, 10_000);
        assertTrue(session.hasCredit());
        assertFalse(session.ready());
        append(3);
        assertTrue(session.ready());
        assertEquals(2, send(session));
        assertFalse(session.hasCredit());
        assertFalse(session.ready());
        assertEquals(2, session.lastNumber());
    }

    @Test
    void shouldKeepWithinTheBytesGranted() {
        append(100);
        SenderSession session = session(1_000, 5 * RECORD);

        assertEquals(5, send(session));
        assertFalse(session.ready());
        assertTrue(session.acked(Ack.ofCredit(1, new Credit(1_000, 6 * RECORD)), 0));
        assertEquals(1, send(session));
    }

    @Test
    void shouldTakeGrantsAsAbsoluteAndNeverShrink() {
        append(100);
        SenderSession session = session(10, 10_000);
        assertTrue(session.acked(Ack.ofCredit(1, new Credit(20, 20_000)), 0));
        assertTrue(session.acked(Ack.ofCredit(1, new Credit(20, 20_000)), 0), "a repeated grant adds nothing");
        assertTrue(session.acked(Ack.ofCredit(1, new Credit(5, 5_000)), 0), "a late grant takes nothing away");

        assertEquals(20, sendAll(session));
    }

    @Test
    void shouldTellTheOutletOfAcknowledgements() {
        append(10);
        SenderSession session = session(10, 10_000);
        send(session);
        Ack ack = new Ack(1, 3, List.of(new Ack.Range(5, 7)), 8, new Credit(10, 10_000));

        assertTrue(session.acked(ack, 0));
        assertEquals(List.of(ack), outlet.acks);
    }

    @Test
    void shouldRefuseAcknowledgementsOfWhatWasNotSent() {
        append(3);
        SenderSession session = session(10, 10_000);
        send(session);
        Credit credit = new Credit(100, 100_000);

        assertFalse(session.acked(new Ack(1, 4, List.of(), 0, credit), 0));
        assertFalse(session.acked(new Ack(1, 0, List.of(), 4, credit), 0));
        assertFalse(session.acked(new Ack(1, 0, List.of(new Ack.Range(2, 4)), 0, credit), 0));
        assertFalse(session.acked(new Ack(1, 0, List.of(new Ack.Range(2, 1)), 0, credit), 0));
        assertFalse(session.acked(new Ack(1, 0, List.of(new Ack.Range(0, 1)), 0, credit), 0));
        assertEquals(List.of(), outlet.acks);
        assertTrue(session.acked(new Ack(1, 3, List.of(new Ack.Range(3, 3)), 3, credit), 0));
    }

    @Test
    void shouldWaitForALargerGrantRatherThanCutFramesShort() {
        append(100);
        SenderSession session = session(1_000, 10 * FRAME);
        for (int sent = 0; sent < 9 * FRAME; sent += FRAME) {
            assertFalse(session.saving(FRAME));
            assertEquals(10, send(session));
        }
        assertFalse(session.saving(FRAME));
        append(1);
        outlet.only = 1;
        assertEquals(1, send(session));

        assertTrue(session.saving(FRAME));
    }

    @Test
    void shouldNotSaveForMoreThanAQuarterOfASmallWindow() {
        append(10);
        SenderSession session = session(1_000, 4 * RECORD);
        assertFalse(session.saving(FRAME));
        outlet.only = 3;
        send(session);
        assertFalse(session.saving(FRAME), "a quarter is left, and nothing may come before it is used");
        outlet.only = 1;
        send(session);
        assertTrue(session.saving(FRAME));
    }

    @Test
    void shouldYieldThreeTurnsForAFullerFrame() {
        append(1);
        SenderSession session = session(10, 10_000);
        outlet.only = 1;
        for (int round = 0; round < 2; round++) {
            assertTrue(session.yields());
            assertTrue(session.yields());
            assertTrue(session.yields());
            assertFalse(session.yields());
            send(session);
            append(1);
        }
    }

    @Test
    void shouldNeverExceedAnyGrantInRandomSchedules() {
        SplittableRandom random = new SplittableRandom(SEED);
        Credit granted = new Credit(50, 5_000);
        SenderSession session = session(granted.number(), granted.bytes());
        long bytes = 0;
        for (int i = 0; i < 5_000; i++) {
            append(random.nextInt(20));
            while (session.ready() && random.nextInt(4) > 0) {
                long before = session.lastNumber();
                assertTrue(bytes < granted.bytes(), "seed " + SEED);
                int sent = send(session);
                bytes += (long) sent * RECORD;
                assertEquals(before + sent, session.lastNumber());
                assertTrue(session.lastNumber() <= granted.number(), "seed " + SEED);
                assertTrue(bytes <= granted.bytes() + RECORD, bytes + " of " + granted + ", seed " + SEED);
            }
            Credit grant = new Credit(
                    Math.max(0, session.lastNumber() + random.nextInt(60) - 20),
                    Math.max(0, bytes + random.nextInt(6_000) - 2_000));
            granted = granted.max(grant);
            assertTrue(session.acked(Ack.ofCredit(1, grant), 0));
            log.trim(outlet.cursor.lsn());
        }
    }

    private SenderSession session(long number, long bytes) {
        return new SenderSession(1, outlet, new Credit(number, bytes));
    }

    private int send(SenderSession session) {
        long first = session.lastNumber() + 1;
        assertTrue(session.fill(frame, FRAME, 0));
        ByteBuffer head = frame.finish(0).buffers()[1];
        assertEquals(first, DataHead.firstNumber(head));
        int items = frame.items();
        assertEquals(items, DataHead.count(head));
        frame.release();
        return items;
    }

    private int sendAll(SenderSession session) {
        int sent = 0;
        while (session.ready()) {
            sent += send(session);
        }
        return sent;
    }

    private void append(int records) {
        for (int i = 0; i < records; i++) {
            ByteBuffer out = log.claim(RECORD);
            int at = out.position();
            Record.writeShape(out, at, RECORD, 0);
            Record.writePlace(out, at, log.nextLsn(), 0);
            log.commit(RECORD);
        }
    }

    /** Sends the whole log, in runs; a first record goes whatever room there is, as every outlet's does. */
    private final class Reading implements OutletSession {
        private final LogCursor cursor = new LogCursor(log, 1);
        private final List<Ack> acks = new ArrayList<>();
        private int only = Integer.MAX_VALUE;

        @Override
        public boolean hasMore() {
            return cursor.hasNext();
        }

        @Override
        public void fill(FrameFiller filler, long now) {
            int left = only;
            while (left > 0 && filler.roomForRecords() > 0 && cursor.hasNext()) {
                int from = cursor.offset();
                int most = Math.min(left, filler.roomForRecords());
                int run = cursor.nextRun(filler.roomForBytes(), most);
                boolean first = filler.roomForBytes() > 0 && run == 0 && filler.nextNumber() == 1 + sentBefore;
                if (first) {
                    cursor.next();
                    run = 1;
                }
                if (run == 0) {
                    break;
                }
                filler.records(cursor.segment(), from, cursor.offset(), run);
                left -= run;
            }
            sentBefore = filler.nextNumber() - 1;
            only = Integer.MAX_VALUE;
        }

        private long sentBefore;

        @Override
        public void acked(Ack ack, long now) {
            acks.add(ack);
        }

        @Override
        public void settled(Settle settle, long now) {
            throw new IllegalStateException("queues only");
        }

        @Override
        public void renewed(Renew renew, long now) {
            throw new IllegalStateException("queues only");
        }

        @Override
        public void refilter(List<String> filters) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public void ended(Ending ending, long now) {
            throw new IllegalStateException("not asked for");
        }
    }
}
