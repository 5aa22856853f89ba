package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutboundTest {
    private static final int LARGE = Outbound.SMALL + 1;

    private final BufferPool pool = new BufferPool(1 << 10, 1 << 19, 1 << 24);
    private final ByteBuffer head = ByteBuffer.allocateDirect(16);

    private Outbound over(FakeSocket socket) {
        return new Outbound(socket, pool, head);
    }

    private static OutFrame frame(byte[]... slices) {
        return Side.frame(slices);
    }

    /** Also where the part ends exactly with the head, with a buffer, or with the frame. */
    @Test
    void shouldKeepTheRestWhereverTheSocketStopsTaking() throws Exception {
        byte[] a = Wire.repeat(LARGE, 1);
        byte[] b = Wire.repeat(10, 2);
        byte[] c = Wire.repeat(300, 3);
        byte[] gathered = {7, 8, 9};
        byte[] expected = new Wire()
                .message(gathered)
                .message(bytes(frame(a, b, c)))
                .message(gathered)
                .bytes();
        int total = expected.length - 5;
        int[] edges = {0, 1, 4, 5, 6, 13, 14, 15, 14 + LARGE - 1, 14 + LARGE, 14 + LARGE + 1, 14 + LARGE + 10};
        for (int i = 0; i < edges.length + 20; i++) {
            int stop = i < edges.length ? edges[i] : total - (i - edges.length);
            int[] turn = {0};
            FakeSocket socket = new FakeSocket().takes(() -> turn[0]++ == 0 ? stop : Integer.MAX_VALUE);
            Outbound out = over(socket);
            assertEquals(Sent.TAKEN, out.send(frame(gathered)));
            OutFrame large = frame(a, b, c);
            Sent sent = out.send(large);
            assertNull(large.buffers()[0]);
            // nothing of the frame itself was written: it is not taken, and it is as it was
            assertEquals(stop > 5 ? Sent.TAKEN : Sent.FULL, sent, "stop " + stop);
            if (sent == Sent.FULL) {
                assertTrue(out.flush());
                assertTrue(out.wantsSignal());
                assertEquals(Sent.TAKEN, out.send(large));
            } else {
                assertEquals(stop < total, out.isBlocked(), "stop " + stop);
            }
            assertEquals(Sent.TAKEN, out.send(frame(gathered)));
            assertTrue(out.flush());
            assertArrayEquals(expected, socket.written.toByteArray(), "stop " + stop);
            assertEquals(0, pool.inUse());
        }
    }

    private static byte[] bytes(OutFrame frame) {
        ByteBuffer all = ByteBuffer.allocate(frame.bytes());
        for (int i = 1; i < frame.count(); i++) {
            all.put(frame.buffers()[i].duplicate());
        }
        return all.array();
    }

    @Test
    void shouldWriteSmallFramesOfATurnTogetherAndInOrder() throws Exception {
        FakeSocket socket = new FakeSocket();
        Outbound out = over(socket);
        Wire expected = new Wire();
        for (int i = 0; i < 300; i++) {
            byte[] body = Wire.repeat(i, i);
            assertEquals(Sent.TAKEN, out.send(frame(body)));
            expected.message(body);
        }
        assertTrue(out.isHolding());
        assertTrue(out.flush());
        assertArrayEquals(expected.bytes(), socket.written.toByteArray());
        assertFalse(out.isHolding());
    }

    @Test
    void shouldHoldNoMoreThanTheLimit() throws Exception {
        FakeSocket socket = new FakeSocket().takes(() -> 0);
        Outbound out = over(socket);
        int taken = 0;
        while (out.send(frame(new byte[100])) == Sent.TAKEN) {
            taken++;
        }
        assertTrue(taken * 102 <= Outbound.MAX_HELD, taken + " frames");
        assertTrue(pool.inUse() <= 2 * Outbound.MAX_HELD);
        assertFalse(out.wantsSignal());
        socket.takes(() -> Integer.MAX_VALUE);
        assertTrue(out.flush());
        assertTrue(out.wantsSignal());
        assertFalse(out.wantsSignal());
        assertEquals(taken * 102, socket.written.size());
    }

    @Test
    void shouldKeepTheOrderThroughRandomPortions() throws Exception {
        long seed = Seed.next("outbound portions");
        Random random = new Random(seed);
        FakeSocket socket = new FakeSocket().takes(() -> random.nextInt(3) == 0 ? 0 : random.nextInt(90_000));
        Outbound out = over(socket);
        Wire expected = new Wire();
        for (int i = 0; i < 500; i++) {
            int size = random.nextInt(3) == 0 ? random.nextInt(ZmtpTransport.MAX_FRAME + 1) : random.nextInt(400);
            byte[] body = new byte[size];
            random.nextBytes(body);
            int cut = random.nextInt(size + 1);
            OutFrame frame = frame(java.util.Arrays.copyOf(body, cut), java.util.Arrays.copyOfRange(body, cut, size));
            while (out.send(frame) == Sent.FULL) {
                out.flush();
            }
            expected.message(body);
            if (random.nextInt(4) == 0) {
                out.flush();
            }
        }
        while (!out.flush()) {
            assertTrue(out.isHolding());
        }
        assertArrayEquals(expected.bytes(), socket.written.toByteArray(), "seed " + seed);
        assertEquals(0, pool.inUse());
    }
}
