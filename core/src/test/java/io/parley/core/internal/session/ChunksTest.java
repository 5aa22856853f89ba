package io.parley.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.log.BlockPool;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import io.parley.core.log.Segment;
import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.Credit;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Lease;
import io.parley.core.wire.MalformedFrame;
import io.parley.core.wire.Position;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A record that is too large for a frame: one number, many frames, and at the other end the record as it was. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ChunksTest {
    private static final int LARGE = 1_000_000;
    private static final int FRAME = 64 * 1024;
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final RingLog log = new RingLog(4L * 1024 * 1024, new BlockPool(1024 * 1024));
    private final Leasing outlet = new Leasing();
    private final SenderSession sender = new SenderSession(7, outlet, new Credit(100, 1_000_000));
    private final ReceiverSession receiver = new ReceiverSession(7, null);

    @BeforeEach
    void attach() {
        receiver.attached(1);
        receiver.granted(new Credit(100, 2 * LARGE));
    }

    @Test
    void shouldCarryARecordInChunksUnderOneNumber() {
        append(LARGE);
        List<ByteBuffer> frames = frames();

        assertEquals(16, frames.size());
        for (int i = 0; i < 16; i++) {
            ByteBuffer frame = frames.get(i);
            assertEquals(1, DataHead.firstNumber(frame));
            Chunk.check(frame, RingLog.MAX_RECORD);
            assertTrue(receiver.addChunk(frame));
            assertEquals(i < 15, receiver.assembles());
        }
        ByteBuffer whole = receiver.takeAssembled();
        assertFalse(Chunk.is(whole));
        DataHead.check(whole);
        int at = DataHead.recordsOffset(whole);
        assertEquals(LARGE, Record.check(whole, at, whole.limit()));
        Segment segment = log.segment(1);
        assertNotNull(segment);
        ByteBuffer expected = segment.buffer().duplicate().position(0).limit(LARGE);
        assertEquals(expected, whole.duplicate().position(at));
        assertEquals(1, sender.lastNumber());
        assertTrue(receiver.take(2, 1, 100), "its number is taken");
    }

    @Test
    void shouldKeepWithinTheCredit() {
        append(LARGE);
        FrameBuilder frame = new FrameBuilder();
        SenderSession poor = new SenderSession(7, outlet, new Credit(100, 100_000));
        ReceiverSession strict = new ReceiverSession(7, null);
        strict.attached(1);
        strict.granted(new Credit(100, 100_000));
        while (poor.ready()) {
            poor.fill(frame, FRAME, 0);
            assertTrue(strict.addChunk(bytes(frame)));
        }

        assertEquals(2 * FRAME, strict.assembledBytes(), "the frame that crosses the limit may do so");
        assertTrue(strict.needsCredit());
        Credit more = strict.creditToTheEnd();
        strict.granted(more);
        assertFalse(strict.needsCredit());
        assertTrue(poor.acked(Ack.ofCredit(7, more), 0));
        while (poor.ready()) {
            poor.fill(frame, FRAME, 0);
            assertTrue(strict.addChunk(bytes(frame)));
        }
        assertFalse(strict.assembles());
        assertEquals(LARGE, strict.assembledBytes());
    }

    @Test
    void shouldRefuseWhatComesWithoutCredit() {
        append(LARGE);
        List<ByteBuffer> frames = frames();
        ReceiverSession strict = new ReceiverSession(7, null);
        strict.attached(1);
        strict.granted(new Credit(100, 100_000));
        strict.addChunk(frames.get(0));
        strict.addChunk(frames.get(1));

        assertThrows(MalformedFrame.class, () -> strict.addChunk(frames.get(2)));
    }

    @Test
    void shouldCountItsNumberAsSentWithTheLastChunkOnly() {
        append(LARGE);
        FrameBuilder frame = new FrameBuilder();
        assertTrue(sender.fill(frame, FRAME, 0));

        assertEquals(0, sender.lastNumber());
        assertTrue(sender.sendsChunks() && sender.ready());
        assertEquals(1, sender.unsentLsn());
        assertFalse(sender.acked(new Ack(7, 1, List.of(), 0, new Credit(100, 1_000_000)), 0), "it is not there yet");
    }

    @Test
    void shouldLetTheTimeOfALeaseRunWhileItIsSent() {
        append(LARGE);
        outlet.leases = true;
        long now = 0;
        FrameBuilder frame = new FrameBuilder();
        int last = 0;
        while (sender.ready()) {
            sender.fill(frame, FRAME, now);
            last = Lease.read(bytes(frame), 0).millisLeft();
            now += 100 * MILLISECOND;
        }
        assertEquals(30_000 - 15 * 100, last);
    }

    @Test
    void shouldKeepTheRecordUntilItIsSentOrTheSessionEnds() {
        append(LARGE);
        FrameBuilder frame = new FrameBuilder();
        sender.fill(frame, FRAME, 0);
        frame.release();
        append(LARGE);
        log.trim(2);
        long kept = log.usedBytes();
        sender.end();

        assertFalse(sender.sendsChunks());
        assertTrue(log.usedBytes() <= kept - LARGE, "the log cannot let go of what nobody sends");
    }

    @Test
    void shouldRefuseChunksThatDoNotFollow() {
        append(LARGE);
        List<ByteBuffer> frames = frames();
        assertThrows(MalformedFrame.class, () -> receiver.addChunk(frames.get(15)), "a last without a first");
        assertEquals(0, receiver.assembledLength());
        assertTrue(receiver.addChunk(frames.get(0)));
        assertThrows(MalformedFrame.class, () -> receiver.addChunk(frames.get(0)), "two firsts");
        assertThrows(MalformedFrame.class, () -> receiver.addChunk(frames.get(2)), "a hole");
        assertFalse(receiver.take(1, 1, 100), "another item between its chunks");
        ByteBuffer longer = copy(frames.get(1));
        longer.putInt(DataHead.recordsOffset(longer) + 4, LARGE + 1);
        assertThrows(MalformedFrame.class, () -> receiver.addChunk(longer), "another length than was promised");
        ByteBuffer later = copy(frames.get(1)).putLong(12, 2);
        assertFalse(receiver.addChunk(later), "another number");
        receiver.end();
        assertEquals(0, receiver.assembledLength());
    }

    @Test
    void shouldRefuseWhatIsNoRecordInTheEnd() {
        append(LARGE);
        List<ByteBuffer> frames = frames();
        ByteBuffer first = copy(frames.get(0));
        int record = Chunk.bytes(first);
        first.putInt(record, LARGE - 1); // its own length
        receiver.addChunk(first);
        frames.subList(1, 16).forEach(receiver::addChunk);

        assertThrows(MalformedFrame.class, receiver::takeAssembled);
    }

    @Test
    void shouldRefuseLengthsBeforeItMakesRoom() {
        append(LARGE);
        ByteBuffer first = frames().get(0);
        int head = DataHead.recordsOffset(first);
        refused(copy(first).putInt(head + 4, RingLog.MAX_RECORD + 1));
        refused(copy(first).putInt(head + 4, -1));
        refused(copy(first).putInt(head + 4, 10));
        refused(copy(first).putInt(head, -1));
        refused(copy(first).putInt(head, Integer.MAX_VALUE));
        refused(copy(first).limit(head + Chunk.HEAD));
        refused(copy(first).limit(head));
        refused(copy(first).putInt(60, 2));
    }

    private static void refused(ByteBuffer frame) {
        assertThrows(MalformedFrame.class, () -> Chunk.check(frame, RingLog.MAX_RECORD));
    }

    private List<ByteBuffer> frames() {
        List<ByteBuffer> frames = new ArrayList<>();
        FrameBuilder frame = new FrameBuilder();
        while (sender.ready()) {
            assertTrue(sender.fill(frame, FRAME, 0));
            frames.add(bytes(frame));
        }
        return frames;
    }

    private static ByteBuffer bytes(FrameBuilder frame) {
        OutFrame out = frame.finish(0);
        ByteBuffer bytes = ByteBuffer.allocate(out.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i < out.count(); i++) {
            bytes.put(out.buffers()[i].duplicate());
        }
        frame.release();
        return bytes.flip();
    }

    private static ByteBuffer copy(ByteBuffer frame) {
        ByteBuffer copy = ByteBuffer.allocate(frame.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        return copy.put(frame.duplicate()).flip();
    }

    private void append(int length) {
        ByteBuffer out = log.claim(length);
        int at = out.position();
        for (int i = Record.FIXED; i < length; i++) {
            out.put(at + i, (byte) (i * 31));
        }
        Record.writeShape(out, at, length, 0);
        Record.writePlace(out, at, log.nextLsn(), 0);
        log.commit(length);
    }

    private final class Leasing implements OutletSession {
        private final LogCursor cursor = new LogCursor(log, 1);
        private boolean leases;

        @Override
        public boolean hasMore() {
            return cursor.hasNext();
        }

        @Override
        public void fill(FrameFiller filler, long now) {
            assertTrue(cursor.hasNext());
            int from = cursor.offset();
            cursor.next();
            if (leases) {
                filler.leased(
                        cursor.segment(), from, cursor.offset(), new Lease(1, 30_000, 1, 0, Lease.Redelivered.NO));
            } else {
                filler.records(cursor.segment(), from, cursor.offset(), 1);
            }
            filler.marks(0, Position.ZERO);
        }

        @Override
        public void acked(Ack ack, long now) {
            assertEquals(0, ack.processed());
        }

        @Override
        public void settled(Settle settle, long now) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public void renewed(Renew renew, long now) {
            throw new IllegalStateException("not asked for");
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
