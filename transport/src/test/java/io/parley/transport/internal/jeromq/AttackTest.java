package io.parley.transport.internal.jeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.RawPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a node lives on whatever is sent to its port. */
@Timeout(120)
class AttackTest {
    private static final byte[] CLAIMS_TWO_GIGABYTES = {2, 0, 0, 0, 0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};

    /** {@code -Dparley.connections=100000} for more. */
    private static final int CONNECTIONS = Integer.getInteger("parley.connections", 1_000);

    private static void assertCarries(Party a, Party b, Party.Pair pair) {
        b.frames.clear();
        assertEquals(Sent.TAKEN, a.send(pair.dialling(), (byte) 5));
        Party.await("a frame", () -> !b.frames.isEmpty(), a, b);
    }

    /** With JeroMQ's defaults these nine bytes end its I/O thread, and every connection with it. */
    @Test
    void shouldSurviveAHeaderThatClaimsTwoGigabytes() throws IOException {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            Party.Pair pair = Party.connect(a, b, at);
            try (RawPeer attacker = RawPeer.connect(at.port())) {
                attacker.greet("ROUTER").write(CLAIMS_TWO_GIGABYTES);
                Party.await("trouble", () -> !b.troubles.isEmpty(), a, b);
                assertTrue(attacker.isClosedByOther());
            }
            assertEquals(List.of(TransportTrouble.PROTOCOL_ERROR), b.troubles);
            assertEquals(List.of(), b.down);
            assertCarries(a, b, pair);
        }
    }

    /**
     * With its highest bit set the length is negative, which passes JeroMQ's check. Cut to 32 bits it claims 2 GiB again, or
     * is negative still, and then the decoder runs in circles.
     */
    @ParameterizedTest
    @ValueSource(
            longs = {0x8000_0000_7fff_ffffL, 0xffff_ffff_ffff_ffffL, 0x8000_0000_0000_0010L, 0x8000_0000_8000_0000L})
    void shouldSurviveALengthWithASign(long length) throws IOException {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            Party.Pair pair = Party.connect(a, b, at);
            byte[] header = ByteBuffer.allocate(9).put((byte) 2).putLong(length).array();
            try (RawPeer first = RawPeer.connect(at.port());
                    RawPeer later = RawPeer.connect(at.port())) {
                first.greet("ROUTER").write(header).write(new byte[500]);
                later.greet("ROUTER").write((byte) 0, (byte) 1, (byte) 7);
                Party.await("link", () -> b.accepted.size() >= 2 && !b.troubles.isEmpty(), a, b);
                later.write(header).write(new byte[500]);
                first.socket.setSoTimeout(1);
                later.socket.setSoTimeout(1);
                Party.await("closed", first::isClosedByOther, a, b);
                Party.await("closed", later::isClosedByOther, a, b);
                Party.await("down", () -> b.down.size() == b.accepted.size() - 1, a, b);
            }
            assertEquals(Set.of(TransportTrouble.PROTOCOL_ERROR), Set.copyOf(b.troubles));
            assertCarries(a, b, pair);
        }
    }

    @Test
    void shouldRefuseOldProtocols() throws IOException {
        try (Party b = Party.open("b");
                RawPeer one = RawPeer.connect(b.transport.bind(Party.ANY).port());
                RawPeer two = RawPeer.connect(b.transport.bind(Party.ANY).port())) {
            one.write((byte) 1, (byte) 0, (byte) 3, (byte) 0, (byte) 7, (byte) 7);
            two.write(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5});
            assertTrue(one.isClosedByOther());
            assertTrue(two.isClosedByOther());
            Party.linger(Duration.ofMillis(300), b);
            assertEquals(List.of(), b.accepted);
        }
    }

    /** Should an Error reach an I/O thread in another way. */
    @Test
    void shouldMakeItselfAnewWhenAnIoThreadFails() throws IOException {
        Tuning unguarded = new Tuning(-1, 16, 16, Tuning.DEFAULT.firstFrameNanos());
        try (Party a = Party.open("a");
                Party b = Party.open("b", unguarded)) {
            Endpoint at = b.transport.bind(Party.ANY);
            Endpoint other = b.transport.bind(Party.ANY);
            Party.Pair pair = Party.connect(a, b, at);
            try (RawPeer attacker = RawPeer.connect(at.port())) {
                attacker.greet("ROUTER").write(CLAIMS_TWO_GIGABYTES);
                Party.await("rebuilt", () -> b.troubles.contains(TransportTrouble.REBUILT), a, b);
            }
            Party.await("down", () -> !a.down.isEmpty() && !b.down.isEmpty(), a, b);
            assertEquals(List.of(pair.accepting()), b.down);
            assertEquals(Sent.DOWN, b.send(pair.accepting(), (byte) 1));

            assertCarries(a, b, Party.connect(a, b, at));
            assertCarries(a, b, Party.connect(a, b, other));
            assertEquals(
                    1,
                    b.troubles.stream()
                            .filter(t -> t == TransportTrouble.REBUILT)
                            .count());
        }
    }

    @Test
    void shouldDropWhoSendsMessagesOfSeveralParts() throws IOException {
        try (Party b = Party.open("b")) {
            int port = b.transport.bind(Party.ANY).port();
            try (RawPeer first = RawPeer.connect(port);
                    RawPeer later = RawPeer.connect(port)) {
                first.greet("DEALER").write((byte) 1, (byte) 1, (byte) 7, (byte) 0, (byte) 1, (byte) 8);
                later.greet("DEALER").write((byte) 0, (byte) 1, (byte) 7);
                Party.await("link", () -> b.accepted.size() == 1, b);
                later.write((byte) 1, (byte) 1, (byte) 7, (byte) 0, (byte) 1, (byte) 8);
                Party.await("down", () -> b.down.size() == 1 && b.troubles.size() == 2, b);

                assertTrue(first.isClosedByOther());
                assertTrue(later.isClosedByOther());
                assertEquals(1, b.frames.size());
                assertEquals(1, b.accepted.size());
            }
        }
    }

    @Test
    void shouldSurviveGarbageAtEveryStageOfAConnection() throws IOException {
        long seed = Long.getLong("parley.seed", System.nanoTime());
        System.err.println("seed " + seed);
        Random chance = new Random(seed);
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            for (int i = 0; i < CONNECTIONS; i++) {
                throwGarbage(at.port(), i, chance);
                b.poll();
            }
            Party.linger(Duration.ofMillis(700), a, b);
            assertCarries(a, b, Party.connect(a, b, at));
            assertFalse(b.troubles.contains(TransportTrouble.REBUILT), "seed " + seed + ": " + b.troubles);
        }
    }

    private static void throwGarbage(int port, int stage, Random chance) throws IOException {
        byte[] garbage = new byte[1 + chance.nextInt(300)];
        chance.nextBytes(garbage);
        RawPeer peer = RawPeer.connect(port);
        switch (stage % 5) {
            case 0 -> {}
            case 1 -> {
                byte[] greeting = RawPeer.greeting();
                greeting[chance.nextInt(greeting.length)] ^= (byte) (1 + chance.nextInt(255));
                peer.write(greeting);
            }
            case 2 -> peer.write(RawPeer.greeting()).read(64);
            case 3 -> {
                // frames that are nearly right
                peer.greet(chance.nextBoolean() ? "ROUTER" : "DEALER");
                garbage =
                        new byte[] {0, 1, 7, 0, 3, 1, 2, 3, 4, 7, 4, 'P', 'I', 'N', 'G', 0, 1, 2, 0, 0, 0, 0, 0, 0, 1, 0
                        };
                garbage[chance.nextInt(garbage.length)] = (byte) chance.nextInt(256);
            }
            default -> peer.greet("ROUTER");
        }
        try {
            peer.write(garbage);
        } catch (IOException closedMeanwhile) {
            peer.reset();
        }
        if (chance.nextBoolean()) {
            peer.reset();
        } else {
            peer.close();
        }
    }

    /** A socket's mailbox holds 64 KiB of signals; who writes the next one waits for it busily, and for ever. */
    @Test
    void shouldServiceAnIdleSocketUnderAFloodOfConnects() throws IOException {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            long start = System.nanoTime();
            for (int i = 0; i < 50_000; i++) {
                RawPeer.connect(at.port()).reset();
                if (i % 1_000 == 0) {
                    b.poll();
                }
            }
            long took = System.nanoTime() - start;
            assertTrue(took < 60_000_000_000L, "the I/O thread was held up: " + took / 1_000_000 + " ms");
            // until then they may count as connections, of which there are too many
            Party.await("all gone", () -> b.transport.context().accepted().size() == 0, b);
            assertCarries(a, b, Party.connect(a, b, at));
        }
    }

    /** JeroMQ's own monitor stops its I/O thread when nobody reads, and then bind as well. */
    @Test
    void shouldNotBeStoppedByEventsThatNobodyReads()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        List<RawPeer> peers = new ArrayList<>();
        try (Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            for (int i = 0; i < 3_000; i++) {
                RawPeer.connect(at.port()).reset();
            }
            // until JeroMQ has seen them go they count as connections, of which there are too many
            Party.await("all gone", () -> b.transport.context().accepted().size() == 0);
            for (int i = 0; i < 3; i++) {
                peers.add(RawPeer.connect(at.port()).greet("ROUTER"));
            }
            // nobody polls, so the loop's thread may be lent
            CompletableFuture.runAsync(() -> b.transport.bind(Party.ANY)).get(5, TimeUnit.SECONDS);
        } finally {
            for (RawPeer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void shouldRefuseMoreConnectionsThanAllowed() throws IOException {
        try (Party b = Party.small("b", 2)) {
            Endpoint at = b.transport.bind(Party.ANY);
            try (RawPeer one = RawPeer.connect(at.port()).greet("ROUTER");
                    RawPeer two = RawPeer.connect(at.port()).greet("ROUTER");
                    RawPeer three = RawPeer.connect(at.port())) {
                Party.await("trouble", () -> b.troubles.contains(TransportTrouble.TOO_MANY_CONNECTIONS), b);
                assertTrue(three.isClosedByOther());
                one.write((byte) 0, (byte) 1, (byte) 1);
                two.write((byte) 0, (byte) 1, (byte) 1);
                Party.await("links", () -> b.accepted.size() == 2, b);

                b.transport.dial(Endpoint.parse("tcp://127.0.0.1:9"));
                Party.await("failure", () -> b.failed.size() == 1, b);
            }
        }
    }
}
