package io.parley.testkit.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import io.parley.testkit.seeded.ManualClock;
import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SimNetworkTest {
    private static final Endpoint AT_B = Endpoint.parse("tcp://10.0.0.2:7700");
    private static final int DATA = 7;

    private final SimNetwork network = SimNetwork.seeded(1);
    private final SimHost hostA = network.host("10.0.0.1");
    private final SimHost hostB = network.host("10.0.0.2");
    private final Side a = new Side(network, hostA);
    private final Side b = new Side(network, hostB);

    /** A transport, and what it told as text. */
    private static final class Side implements TransportListener {
        final Transport transport;
        final List<String> told = new ArrayList<>();

        @Nullable Link link;

        Side(SimNetwork network, SimHost host) {
            ManualClock clock = network.clock();
            transport = host.provider().open(new TransportContext("x", clock, new SeededEntropy(0), 100));
        }

        Sent send(int number) {
            OutFrame frame = new OutFrame();
            frame.add(ByteBuffer.wrap(new byte[] {1, 2, 3, DATA, (byte) number}));
            return transport.send(link, frame);
        }

        List<String> told() {
            transport.poll(0, this);
            return told;
        }

        @Override
        public void linkUp(Link up, @Nullable Endpoint dialled) {
            link = up;
            told.add("up");
        }

        @Override
        public void linkDown(Link down, String reason) {
            told.add("down");
        }

        @Override
        public void dialFailed(Endpoint endpoint, String reason) {
            told.add("failed");
        }

        @Override
        public void frame(Link from, InFrame frame) {
            told.add(String.valueOf(frame.buffer().get(4)));
            frame.release();
        }

        @Override
        public void writable(Link free) {
            told.add("writable");
        }

        @Override
        public void trouble(TransportTrouble trouble, String detail) {
            told.add(trouble.toString());
        }
    }

    private void link() {
        b.transport.bind(AT_B);
        a.transport.dial(AT_B);
        network.run(Duration.ofSeconds(1));
        a.told();
        b.told();
    }

    private void run() {
        network.run(Duration.ofSeconds(1));
    }

    @Test
    void shouldHoldBackAndThenDeliverWhatAPartitionStops() {
        link();
        network.partition(hostA, hostB);
        a.send(1);
        a.send(2);
        run();
        assertEquals(List.of("up"), b.told());

        network.heal(hostA, hostB);
        a.send(3);
        run();

        assertEquals(List.of("up", "1", "2", "3"), b.told());
    }

    @Test
    void shouldStopOneDirectionOnly() {
        link();
        network.block(hostA, hostB);
        a.send(1);
        b.send(2);
        run();

        assertEquals(List.of("up", "2"), a.told());
        assertEquals(List.of("up"), b.told());
    }

    @Test
    void shouldFailADialThroughAPartitionAtItsDeadline() {
        network.partition(hostA, hostB);
        b.transport.bind(AT_B);
        a.transport.dial(AT_B);
        run();
        assertEquals(List.of(), a.told());
        run();
        assertEquals(List.of("failed"), a.told());
    }

    @Test
    void shouldTellOneSideOnlyOfAHalfOpenConnection() {
        link();
        network.halfOpen(hostB, hostA);
        a.send(1);
        run();

        assertEquals(List.of("up", "down"), b.told());
        assertEquals(List.of("up"), a.told());
        assertEquals(Sent.TAKEN, a.send(2));
    }

    @Test
    void shouldFillAConnectionThatLeadsNowhere() {
        link();
        network.use(SimSettings.lan().withWindow(50));
        network.blackHole(hostA, hostB);

        List<Sent> answers = IntStream.range(0, 12).mapToObj(a::send).toList();

        assertEquals(10, answers.stream().filter(Sent.TAKEN::equals).count());
        assertEquals(Sent.FULL, answers.get(11));
        assertEquals(0, network.liveFrames());
    }

    @Test
    void shouldLeaveAHalfOpenConnectionWhenAHostVanishesAndResetItWhenItIsBack() {
        link();
        hostB.vanish();
        a.send(1);
        run();
        assertEquals(List.of("up"), a.told());

        hostB.appear();
        run();
        assertEquals(List.of("up"), a.told(), "nothing was sent, so nothing was noticed");
        a.send(2);
        run();
        assertEquals(List.of("up", "down"), a.told());
    }

    @Test
    void shouldTellTheOtherSideOfACrashAndFreeThePort() {
        link();
        hostB.crash();
        run();
        assertEquals(List.of("up", "down"), a.told());

        Side again = new Side(network, hostB);
        again.transport.bind(AT_B);
        a.transport.dial(AT_B);
        run();
        assertEquals(List.of("up", "down", "up"), a.told());
    }

    @Test
    void shouldBreakTheConnectionBeforeTheNthFrameOfAType() {
        link();
        network.rule(FrameRule.nthOfType(2, DATA, FrameFate.BREAK_BEFORE));
        IntStream.rangeClosed(1, 3).forEach(a::send);
        run();

        assertEquals(List.of("up", "1", "down"), b.told());
        assertEquals(List.of("up", "down"), a.told());
    }

    @Test
    void shouldBreakTheConnectionAfterAFrame() {
        link();
        network.rule(FrameRule.nthOfType(2, DATA, FrameFate.BREAK_AFTER));
        IntStream.rangeClosed(1, 3).forEach(a::send);
        run();

        assertEquals(List.of("up", "1", "2", "down"), b.told());
    }

    @Test
    void shouldDelayAFrameAndAllBehindIt() {
        link();
        network.rule(FrameRule.nthOfType(2, DATA, FrameFate.delay(Duration.ofSeconds(5))));
        IntStream.rangeClosed(1, 3).forEach(a::send);
        run();
        assertEquals(List.of("up", "1"), b.told());

        network.run(Duration.ofSeconds(5));
        assertEquals(List.of("up", "1", "2", "3"), b.told());
    }

    @Test
    void shouldRepeatOrLoseAFrameWhenToldTo() {
        link();
        network.rule(FrameRule.nthOfType(1, DATA, FrameFate.REPEAT).or(FrameRule.nthOfType(1, DATA, FrameFate.LOSE)));
        IntStream.rangeClosed(1, 3).forEach(a::send);
        run();

        assertEquals(List.of("up", "1", "1", "3"), b.told());
        assertEquals(0, network.liveFrames());
    }

    @Test
    void shouldTakeTheTimeThatTheBandwidthAsks() {
        network.use(SimSettings.lan().withBytesPerSecond(10));
        link();
        a.send(1);
        a.send(2);
        network.run(Duration.ofMillis(600));
        assertEquals(List.of("up", "1"), b.told());
        run();
        assertEquals(List.of("up", "1", "2"), b.told());
    }

    @Test
    void shouldNotConnectAfterADialWasGivenUpHalfway() {
        b.transport.bind(AT_B);
        network.block(hostB, hostA);
        a.transport.dial(AT_B);
        network.run(Duration.ofSeconds(3));
        network.healAll();
        run();

        assertEquals(List.of("failed"), a.told());
        assertEquals(List.of(), b.told());
    }

    @Test
    void shouldNoticeAFrameThatIsReleasedTwice() {
        SimFrame frame = SimFrame.copyOf(new OutFrame(), new AtomicInteger());
        frame.release();

        assertThrows(IllegalStateException.class, frame::release);
    }

    private static long fingerprint(long seed) {
        SimNetwork network = SimNetwork.seeded(seed);
        network.rule(FrameRule.delays(new SeededEntropy(seed), 0.2, Duration.ofMillis(50)));
        Side left = new Side(network, network.host("10.0.0.1"));
        Side right = new Side(network, network.host("10.0.0.2"));
        right.transport.bind(AT_B);
        left.transport.dial(AT_B);
        for (int i = 0; i < 200; i++) {
            network.run(Duration.ofMillis(1));
            left.told();
            right.told();
            if (left.link != null) {
                left.send(i);
            }
        }
        network.run(Duration.ofSeconds(10));
        assertTrue(right.told().size() > 150, () -> "told " + right.told.size());
        return network.fingerprint();
    }

    @Test
    void shouldGiveTheSameRunForTheSameSeed() {
        assertEquals(fingerprint(5), fingerprint(5));
        assertNotEquals(fingerprint(5), fingerprint(6));
    }
}
