package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.transport.internal.guard.RawPeer;
import io.parley.transport.internal.plain.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That plain sockets, and the other plain sockets of the same node, live on whatever is sent to one of them. */
@Timeout(120)
class AttackTest {
    private static final String ANY = "tcp://127.0.0.1:*";
    private static final byte[] CLAIMS_TWO_GIGABYTES = {2, 0, 0, 0, 0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};

    private static int portOf(PlainSocket socket) {
        return socket.endpoints().get(0).port();
    }

    /** A replier, and a requester of the same node: what breaks the context breaks them. */
    private static PlainRequester<byte[], byte[]> honest(Gathering at) {
        PlainSocket replier = PlainZmq.replier(at.node, Codec.bytes(), Codec.bytes(), request -> request)
                .bind(ANY);
        PlainRequester<byte[], byte[]> requester = PlainZmq.requester(at.node, Codec.bytes(), Codec.bytes())
                .connect(replier.endpoints().get(0).toString());
        assertWorks(requester);
        return requester;
    }

    private static void assertWorks(PlainRequester<byte[], byte[]> requester) {
        assertEquals(
                3,
                requester.request(new byte[3]).orTimeout(20, TimeUnit.SECONDS).join().length);
    }

    /** Greets, and waits for the other side to do so, as libzmq does before it sends anything. */
    private static void greet(RawPeer peer, String type) throws IOException {
        String ready = peer.greet(type).readReady();
        assertTrue(ready.contains("READY"), ready);
    }

    private static PlainSocket puller(Gathering at) {
        return PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames())).bind(ANY);
    }

    /** With JeroMQ's defaults these nine bytes end its I/O thread, and every socket with it. */
    @Test
    void shouldSurviveAHeaderThatClaimsTwoGigabytes() throws IOException {
        try (Gathering at = new Gathering()) {
            PlainRequester<byte[], byte[]> honest = honest(at);
            try (RawPeer attacker = RawPeer.connect(portOf(puller(at)))) {
                greet(attacker, "PUSH");
                attacker.write(CLAIMS_TWO_GIGABYTES);
                assertTrue(attacker.isClosedByOther());
            }
            at.await("trouble", () -> at.told(Happening.PROTOCOL_ERROR, ""));
            assertWorks(honest);
            assertFalse(at.told(Happening.TRANSPORT_REBUILT, ""), "" + at.events);
        }
    }

    /** A negative length passes JeroMQ's check; then its decoder runs in circles, or claims two gigabytes. */
    @ParameterizedTest
    @ValueSource(
            longs = {0x8000_0000_7fff_ffffL, 0xffff_ffff_ffff_ffffL, 0x8000_0000_0000_0010L, 0x8000_0000_8000_0000L})
    void shouldSurviveALengthWithASign(long length) throws IOException {
        byte[] header = ByteBuffer.allocate(9).put((byte) 2).putLong(length).array();
        try (Gathering at = new Gathering()) {
            PlainRequester<byte[], byte[]> honest = honest(at);
            PlainPublisher<byte[]> publisher =
                    PlainZmq.publisher(at.node, Codec.bytes()).bind(ANY);
            try (RawPeer first = RawPeer.connect(portOf(puller(at)));
                    RawPeer second = RawPeer.connect(portOf(publisher))) {
                greet(first, "PUSH");
                greet(second, "SUB");
                first.write(header).write(new byte[500]);
                second.write(header).write(new byte[500]);
                // one that is 16 when it is cut to 32 bits is taken for that, and does no harm
                assertTrue((int) length == 16 || first.isClosedByOther(), "PULL");
                assertTrue((int) length == 16 || second.isClosedByOther(), "PUB");
            }
            assertWorks(honest);
            assertFalse(at.told(Happening.TRANSPORT_REBUILT, ""), "" + at.events);
        }
    }

    /** JeroMQ holds the frames of a message that has no end, and its high-water mark counts messages. */
    @Test
    void shouldDisconnectWhoSendsFramesWithoutEnd() throws IOException {
        try (Gathering at = new Gathering();
                RawPeer attacker = RawPeer.connect(portOf(puller(at)))) {
            greet(attacker, "PUSH");
            byte[] frames = new byte[20_000];
            for (int i = 0; i < frames.length; i += 2) {
                frames[i] = 1;
            }
            assertTrue(isCutWhileWriting(attacker, frames, 50));
            at.await("trouble", () -> at.told(Happening.PROTOCOL_ERROR, "more than 100 frames"));
            assertEquals(0, at.came.size());
        }
    }

    /** A filter costs the heap 64 times its bytes. */
    @Test
    void shouldDisconnectWhoSubscribesWithoutEnd() throws IOException {
        try (Gathering at = new Gathering();
                PlainPublisher<byte[]> publisher =
                        PlainZmq.publisher(at.node, Codec.bytes()).bind(ANY);
                RawPeer attacker = RawPeer.connect(portOf(publisher))) {
            greet(attacker, "SUB");
            ByteBuffer filters = ByteBuffer.allocate(200_000);
            while (filters.remaining() > 202) {
                filters.put((byte) 0).put((byte) 201).put((byte) 1).putInt(filters.position());
                filters.position(filters.position() + 196);
            }
            assertTrue(isCutWhileWriting(attacker, filters.array(), 10));
            at.await("trouble", () -> at.told(Happening.PROTOCOL_ERROR, "subscriptions of more than"));
            at.await("forgotten", () -> publisher.socket().census().subscribers() == 0);
        }
    }

    /** What a PUB is told that is no subscription, JeroMQ keeps for a reader whom a PUB has not. */
    @Test
    void shouldReadWhatSubscribersSay() throws IOException {
        try (Gathering at = new Gathering();
                PlainPublisher<byte[]> publisher =
                        PlainZmq.publisher(at.node, Codec.bytes()).bind(ANY);
                RawPeer chatty = RawPeer.connect(portOf(publisher))) {
            greet(chatty, "SUB");
            ByteBuffer talk = ByteBuffer.allocate(200 * 252);
            while (talk.hasRemaining()) {
                talk.put((byte) 0).put((byte) 250).put((byte) 7);
                talk.position(talk.position() + 249);
            }
            chatty.write(talk.array());
            chatty.write((byte) 0, (byte) 2, (byte) 1, (byte) 't');
            publisher.awaitSubscribers(1, Gathering.PATIENCE);
            at.await("read", () -> Faults.pending(at.node, publisher.socket()) == 0);
            publisher.send("t", new byte[1]);
            assertArrayEquals(new byte[] {1, 1, 't', 0, 1, 0}, chatty.read(6));
        }
    }

    private static boolean isCutWhileWriting(RawPeer peer, byte[] bytes, int times) {
        try {
            for (int i = 0; i < times; i++) {
                peer.write(bytes);
            }
        } catch (IOException cut) {
            return true;
        }
        return peer.isClosedByOther();
    }

    @Test
    void shouldRefuseOldProtocols() throws IOException {
        try (Gathering at = new Gathering()) {
            int port = portOf(puller(at));
            try (RawPeer one = RawPeer.connect(port);
                    RawPeer two = RawPeer.connect(port)) {
                one.write((byte) 1, (byte) 0, (byte) 3, (byte) 0, (byte) 7, (byte) 7);
                two.write(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 8});
                assertTrue(one.isClosedByOther());
                assertTrue(two.isClosedByOther());
            }
            assertEquals(0, at.came.size());
        }
    }

    @Test
    void shouldRefuseMoreConnectionsThanAllowed() throws IOException {
        try (Gathering at = new Gathering()) {
            PlainSocket puller = PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames()))
                    .with(PlainSettings.DEFAULT.maxConnections(2))
                    .bind(ANY);
            try (RawPeer one = RawPeer.connect(portOf(puller)).greet("PUSH");
                    RawPeer two = RawPeer.connect(portOf(puller)).greet("PUSH");
                    RawPeer three = RawPeer.connect(portOf(puller))) {
                assertTrue(three.isClosedByOther());
                one.readReady();
                two.readReady();
                one.write((byte) 0, (byte) 1, (byte) 1);
                two.write((byte) 0, (byte) 1, (byte) 1);
                at.await("both", () -> at.came.size() == 2);
            }
        }
    }

    /** A socket's mailbox holds 64 KiB of signals; who writes the next one waits for it busily, and for ever. */
    @Test
    void shouldServiceAnIdleSocketUnderAFloodOfConnects() throws IOException {
        try (Gathering at = new Gathering();
                PlainPusher<byte[]> idle =
                        PlainZmq.pusher(at.node, Codec.bytes()).bind(ANY)) {
            PlainRequester<byte[], byte[]> honest = honest(at);
            int port = portOf(idle);
            for (int i = 0; i < 50_000; i++) {
                RawPeer.connect(port).reset();
            }
            assertWorks(honest);
        }
    }

    /** With JeroMQ's own backlog of 100 this takes three seconds. */
    @Test
    void shouldAcceptSixHundredConnectsAtOnce() throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try (Gathering at = new Gathering()) {
            int port = portOf(puller(at));
            long start = System.nanoTime();
            for (int i = 0; i < 600; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channels.add(channel);
            }
            for (SocketChannel channel : channels) {
                while (!channel.finishConnect()) {
                    Thread.onSpinWait();
                }
            }
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(took < 900, "took " + took + " ms");
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    /** JeroMQ deals messages to whoever has a connection, also before it has greeted. */
    @Test
    void shouldDealNothingToAStranger() throws IOException, InterruptedException {
        try (Gathering at = new Gathering();
                PlainPusher<String> pusher =
                        PlainZmq.pusher(at.node, Codec.utf8()).bind(ANY);
                RawPeer stranger = RawPeer.connect(portOf(pusher))) {
            stranger.write("GET / HTTP".getBytes(US_ASCII));
            PlainSocket puller = PlainZmq.puller(at.node, Codec.utf8(), m -> at.take(m.frames()))
                    .connect(pusher.endpoints().get(0).toString());
            puller.awaitConnections(1, Gathering.PATIENCE);
            for (int i = 0; i < 100; i++) {
                pusher.send("job " + i);
            }
            for (int i = 0; i < 100; i++) {
                assertEquals("job " + i, new String(at.next().get(0), US_ASCII));
            }
        }
    }

    /** Should an Error reach an I/O thread in another way: everything listens, dials and subscribes again. */
    @Test
    void shouldMakeEverythingAnewWhenJeroMqFails() throws InterruptedException {
        try (Gathering at = new Gathering()) {
            PlainRequester<byte[], byte[]> honest = honest(at);
            PlainPublisher<byte[]> publisher =
                    PlainZmq.publisher(at.node, Codec.bytes()).bind(ANY);
            PlainZmq.subscribe(at.node, publisher.endpoints().get(0).toString(), "t", bytes -> at.take(List.of(bytes)));
            publisher.awaitSubscribers(1, Gathering.PATIENCE);

            Faults.breakContext(at.node);
            at.await("rebuilt", () -> at.told(Happening.TRANSPORT_REBUILT, ""));

            at.await(
                    "an answer",
                    () -> honest.request(new byte[3], Duration.ofSeconds(1))
                            .handle((value, e) -> e == null)
                            .join());
            at.await("a message", () -> {
                publisher.send("t", new byte[1]);
                return !at.came.isEmpty();
            });
        }
    }
}
