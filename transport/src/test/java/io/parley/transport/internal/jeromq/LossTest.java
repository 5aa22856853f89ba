package io.parley.transport.internal.jeromq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportLimits;
import io.parley.transport.internal.guard.RawPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to frames when a connection is slow, ends, or is followed by another. */
@Timeout(60)
class LossTest {
    private static final byte[] BIG = new byte[64 << 10];

    /** A routing id that is used again leads JeroMQ to a pipe that is gone. */
    @Test
    void shouldCarryFramesBothWaysOnEveryConnectionOfARow() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            for (int i = 0; i < 50; i++) {
                Party.Pair pair = Party.connect(a, b, at);
                a.frames.clear();
                a.send(pair.dialling(), (byte) 1, (byte) i);
                b.send(pair.accepting(), (byte) 2, (byte) i);
                Party.await("frames", () -> a.frames.size() == 1 && b.frames.size() == 1, a, b);
                assertArrayEquals(new byte[] {1, (byte) i}, b.frames.get(0));
                assertArrayEquals(new byte[] {2, (byte) i}, a.frames.get(0));
                if (i % 2 == 0) {
                    a.transport.drop(pair.dialling());
                } else {
                    b.transport.drop(pair.accepting());
                }
            }
            Party.await("all down", () -> a.down.size() == 50 && b.down.size() == 50, a, b);
            Party.await(
                    "no connection left in JeroMQ", () -> b.transport.links().remembered() == 0, a, b);
        }
    }

    /** JeroMQ keeps what it took, connects again, and would send it to whoever answers. */
    @Test
    void shouldSendNothingOfAnOldLinkToItsSuccessor() {
        try (Party a = Party.open("a")) {
            Endpoint at;
            try (Party first = Party.open("first")) {
                at = first.transport.bind(Party.ANY);
                Party.Pair pair = Party.connect(a, first, at);
                assertTrue(a.fill(pair.dialling(), BIG) > 0);
            }
            try (Party second = Party.open("second")) {
                second.transport.bind(at);
                Party.await("down", () -> a.down.size() == 1, a, second);
                Party.linger(Duration.ofMillis(500), a, second);
                assertEquals(List.of(), second.accepted, "JeroMQ connected again by itself");

                Party.Pair pair = Party.connect(a, second, at);
                a.send(pair.dialling(), (byte) 7, (byte) 8);
                Party.await("a frame", () -> !second.frames.isEmpty(), a, second);
                assertArrayEquals(new byte[] {7, 8}, second.frames.get(0));
            }
        }
    }

    /** A ROUTER that is not told otherwise takes everything, and drops what it has no room or no peer for. */
    @Test
    void shouldSayFullInsteadOfDropping() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            Party.Pair pair = Party.connect(a, b, at);
            int taken = a.fill(pair.dialling(), BIG);
            assertTrue(taken < 1_000, "took " + taken);
            Party.await("all that was taken", () -> b.frames.size() == taken, a, b);
            assertEquals(Sent.TAKEN, a.send(pair.dialling(), BIG));
        }
    }

    @Test
    void shouldSayDownWhenJeromqKnowsItBeforeTheLoop() throws IOException {
        try (Party b = Party.open("b");
                RawPeer peer = RawPeer.connect(b.transport.bind(Party.ANY).port())) {
            peer.greet("ROUTER").write((byte) 0, (byte) 1, (byte) 1);
            Party.await("link", () -> b.accepted.size() == 1, b);
            peer.reset();
            // without a poll nobody tells the link table; only the sends see that the peer is gone
            long start = System.nanoTime();
            Sent sent = Sent.TAKEN;
            while (sent != Sent.DOWN && System.nanoTime() - start < 5_000_000_000L) {
                sent = b.send(b.accepted.get(0), (byte) 1);
            }
            Party.await("down", () -> b.down.size() == 1, b);
        }
    }

    /** Small frames, such as acknowledgements, find room behind large ones; not without bound. */
    @Test
    void shouldKeepRoomForSmallFramesOnAFullLink() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
            int big = a.fill(pair.dialling(), BIG);
            Party.Pair other = Party.connect(a, b, b.transport.bind(Party.ANY));
            int small = 0;
            while (a.send(other.dialling(), new byte[20]) == Sent.TAKEN && small < 100_000) {
                small++;
            }
            assertTrue(small >= 500 && small < 100_000, small + " small frames");
            int expected = big + small;
            Party.await("all", () -> b.frames.size() >= expected - big, a, b);
        }
    }

    @Test
    void shouldSendExactlyTheBytesBetweenPositionAndLimit() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
            OutFrame frame = new OutFrame();
            ByteBuffer middle =
                    ByteBuffer.wrap(new byte[] {9, 9, 1, 2, 3, 9}).position(2).limit(5);
            ByteBuffer direct = ByteBuffer.allocateDirect(4).put(0, (byte) 4).limit(1);
            frame.add(middle);
            frame.add(direct);
            assertEquals(Sent.TAKEN, a.transport.send(pair.dialling(), frame));
            Party.await("a frame", () -> !b.frames.isEmpty(), a, b);

            assertArrayEquals(new byte[] {1, 2, 3, 4}, b.frames.get(0));
            assertEquals(2, middle.position());
        }
    }

    /** JeroMQ copies a whole message at every partial write, so large ones get slower by the byte. */
    @Test
    void shouldLimitTheSizeOfFrames() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            TransportLimits limits = a.transport.limits();
            assertTrue(limits.maxFrame() >= 256 << 10 && limits.maxFrame() <= 512 << 10);
            assertTrue(limits.bestFrame() <= 128 << 10);
            Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));

            ParleyException e =
                    assertThrows(ParleyException.class, () -> a.send(pair.dialling(), new byte[limits.maxFrame() + 1]));
            assertEquals(ErrorCode.MESSAGE_TOO_LARGE, e.code());
            a.send(pair.dialling(), new byte[limits.maxFrame()]);
            Party.await("the largest", () -> !b.frames.isEmpty(), a, b);
            assertEquals(limits.maxFrame(), b.frames.get(0).length);
        }
    }
}
