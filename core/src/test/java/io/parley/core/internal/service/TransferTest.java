package io.parley.core.internal.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import io.parley.core.spi.OutFrame;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.Grant;
import io.parley.core.wire.Reply;
import io.parley.core.wire.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests and replies in chunks, one after the other on a link, and no further than the other side has room. */
@Timeout(30)
class TransferTest {
    private static final int FRAME = 64 * 1024;
    private static final long MILLIS = 1_000_000;

    private final TransferLine line = new TransferLine();

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static Transfer reply(long correlation, int length) {
        ByteBuffer payload = ByteBuffer.wrap(content(length));
        return Transfer.of(new Reply(correlation, Reply.Status.DONE, "", payload));
    }

    /** The next chunk as it is on the wire, taken by the transport; null when none may go. */
    private ByteBuffer next(long now) {
        Transfer transfer = line.next();
        if (transfer == null) {
            return null;
        }
        OutFrame frame = new OutFrame();
        transfer.put(frame, FRAME, now);
        line.taken();
        ByteBuffer wire = ByteBuffer.allocate(frame.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i < frame.count(); i++) {
            wire.put(frame.buffers()[i].duplicate());
        }
        return wire.flip();
    }

    private void drain() {
        ByteBuffer chunk = next(0);
        while (chunk != null) {
            chunk = next(0);
        }
    }

    @Test
    void shouldSendWhatAFrameWouldHoldAndTheRestWhenThereIsRoom() {
        line.add(reply(7, 1_000_000));
        byte[] whole = new byte[1_000_000];
        int came = 0;
        for (ByteBuffer chunk = next(0); chunk != null; chunk = next(0)) {
            Chunk.Part part = Reply.part(chunk);
            assertEquals(new Reply(7, Reply.Status.DONE, ""), Reply.decode(chunk));
            assertEquals(came, part.offset());
            chunk.get(part.from(), whole, came, part.length());
            came += part.length();
            if (came == Request.MAX_WHOLE) {
                assertNull(next(0), "no room is known of");
                line.granted(new Grant(8, Grant.Of.REPLY));
                line.granted(new Grant(7, Grant.Of.REQUEST));
                assertNull(next(0), "that was another one's");
                line.granted(new Grant(7, Grant.Of.REPLY));
            }
        }
        assertArrayEquals(content(1_000_000), whole);
        assertTrue(line.isEmpty());
        assertEquals(0, line.bytes());
    }

    @Test
    void shouldCarryTheRecordOfARequestAndTheTimeThatIsLeft() {
        byte[] content = content(Request.MAX_WHOLE - Record.FIXED);
        ByteBuffer frame = Request.encode("length", 12, 5_000, ByteBuffer.wrap(content));
        line.add(Transfer.of(frame, 77, 2, 10_000 * MILLIS));
        byte[] whole = new byte[Request.MAX_WHOLE];
        long now = 0;
        for (ByteBuffer chunk = next(now); chunk != null; chunk = next(now)) {
            Request head = Request.decode(chunk);
            assertEquals(new Request(77, (int) (10_001 - now / MILLIS), 2, "length", head.record()), head);
            Chunk.Part part = Chunk.read(chunk, head.record(), RingLog.MAX_RECORD);
            chunk.get(part.from(), whole, part.offset(), part.length());
            now += 1_000 * MILLIS;
        }
        assertEquals(4_000 * MILLIS, now, "in four chunks");
        ByteBuffer record = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(whole.length, Record.check(record, 0, whole.length));
        assertEquals(12, Record.lsn(record, 0));
        assertArrayEquals(content, Arrays.copyOfRange(whole, Record.payload(record, 0), whole.length));
    }

    @Test
    void shouldSendOneAfterTheOther() {
        Transfer first = reply(1, 300_000);
        Transfer second = reply(2, 300_000);
        line.add(first);
        line.add(second);
        assertEquals(600_000, line.bytes());
        drain();
        line.granted(new Grant(2, Grant.Of.REPLY));
        assertNull(next(0), "the first one waits for room, and so does the second");
        line.granted(new Grant(1, Grant.Of.REPLY));
        assertEquals(1, Reply.decode(next(0)).correlation());
        assertTrue(first.sent());
        assertEquals(2, Reply.decode(next(0)).correlation());
        assertFalse(second.sent());
    }

    @Test
    void shouldLetTheNextOneGoWhenOneIsGivenUp() {
        line.add(reply(1, 300_000));
        line.add(reply(2, 300_000));
        drain();
        line.remove(new Grant(1, Grant.Of.REQUEST));
        assertNull(next(0));
        line.remove(new Grant(1, Grant.Of.REPLY));
        assertEquals(2, Reply.decode(next(0)).correlation());
        assertEquals(300_000, line.bytes());
    }

    @Test
    void shouldBeginAgainOnAnotherLink() {
        line.add(reply(1, 300_000));
        line.granted(new Grant(1, Grant.Of.REPLY));
        next(0);
        List<Transfer> moved = line.takeAll();
        assertTrue(line.isEmpty());
        moved.forEach(line::add);
        assertEquals(0, Reply.part(next(0)).offset());
        drain();
        assertFalse(moved.get(0).sent(), "the room was promised on the other link");
    }
}
