package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.spi.Link;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What every {@link io.parley.core.spi.Transport} must do. A test class that extends it, gives a provider, and where the
 * transport is not one over TCP says how it is reached, runs all of it.
 */
public abstract class TransportContract extends TransportFrameCases {
    private static final int BIG = 32 << 10;

    /** Begins a contract test with no transport open. */
    protected TransportContract() {}

    private FrameFlow fill(TransportProbe from, Link link, int frameSize) {
        FrameFlow flow = FrameFlow.of(frameSize);
        int quiet = 0;
        // a link is full when it stays so although the transport had its turns
        while (quiet < 20 && flow.bytesSent() <= mostUnread()) {
            quiet = flow.offer(from.transport, link) == Sent.FULL ? quiet + 1 : 0;
            if (quiet > 0) {
                from.poll(1_000_000);
            }
        }
        return flow;
    }

    @Test
    void shouldSayFullWhenTheOtherSideDoesNotRead() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        b.pause();

        FrameFlow flow = fill(a, pair.dialling(), BIG);

        assertTrue(flow.bytesSent() > 0);
        assertTrue(flow.bytesSent() <= mostUnread(), "took " + flow.bytesSent() + " B that nobody read");
        assertEquals(Sent.FULL, flow.offer(a.transport, pair.dialling()));
    }

    @Test
    void shouldBoundWhatSmallFramesTakeWhenTheOtherSideDoesNotRead() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        b.pause();

        FrameFlow flow = fill(a, pair.dialling(), 100);

        assertTrue(flow.bytesSent() <= mostUnread(), "took " + flow.bytesSent() + " B that nobody read");
    }

    @Test
    void shouldLoseAndReorderNothingAfterFull() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        b.pause();
        FrameFlow flow = fill(a, pair.dialling(), BIG);
        int stuck = flow.sent();
        b.onFrame((link, frame) -> flow.accept(frame));

        b.resume();
        await("everything that was taken, and as much again", () -> {
            flow.offerUpTo(2 * stuck, a.transport, pair.dialling());
            return flow.received() == 2 * stuck;
        });

        if (a.transport.limits().signalsWritable() == TransportLimits.Writable.SIGNALLED) {
            assertTrue(a.writableOf(pair.dialling()) > 0, "writable was never told");
        }
    }

    @Test
    void shouldServeOtherLinksWhileOneIsFull() {
        TransportProbe a = open("a");
        TransportProbe stuck = open("stuck");
        TransportProbe b = open("b");
        Link full = connected(a, stuck).dialling();
        Link free = connected(a, b).dialling();
        stuck.pause();
        fill(a, full, BIG);
        FrameFlow flow = FrameFlow.of(BIG);
        b.onFrame((link, frame) -> flow.accept(frame));

        await("100 frames on the free link", () -> {
            flow.offerUpTo(100, a.transport, free);
            return flow.received() == 100;
        });
    }

    @Test
    void shouldCarryFloodsBothWaysAtOnce() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow there = FrameFlow.of(BIG);
        FrameFlow back = FrameFlow.of(BIG);
        b.onFrame((link, frame) -> there.accept(frame));
        a.onFrame((link, frame) -> back.accept(frame));

        await("500 frames each way", () -> {
            there.offerUpTo(500, a.transport, pair.dialling());
            back.offerUpTo(500, b.transport, pair.accepting());
            return there.received() == 500 && back.received() == 500;
        });
    }

    @Test
    void shouldDropAFullLink() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        b.pause();
        fill(a, pair.dialling(), BIG);

        a.transport.drop(pair.dialling());
        await("link down", () -> a.down.contains(pair.dialling()));
        assertEquals(Sent.DOWN, a.transport.send(pair.dialling(), Frames.whole(new byte[8])));

        b.resume();
        await("link down at the other side", () -> b.down.contains(pair.accepting()));
    }

    @Test
    void shouldReturnAtOnceFromAPollThatWasWoken() {
        TransportProbe a = open("a");
        long start = clock().nanos();

        a.transport.wakeUp();
        a.poll(Duration.ofSeconds(30).toNanos());
        after(Duration.ofMillis(50), () -> a.transport.wakeUp());
        a.poll(Duration.ofSeconds(30).toNanos());
        after(Duration.ofMillis(50), () -> {
            for (int i = 0; i < 100_000; i++) {
                a.transport.wakeUp();
            }
        });
        a.poll(Duration.ofSeconds(30).toNanos());

        assertTrue(clock().nanos() - start < Duration.ofSeconds(10).toNanos(), "woken too late");
    }

    @Test
    void shouldWaitInAPollAsLongAsItWasTold() {
        TransportProbe a = open("a");
        Pair pair = connected(a, open("b"));
        linger(QUIET);
        long limit = Duration.ofMillis(200).toNanos();
        long start = clock().nanos();

        // polls may end early, for nothing, but not so often that the loop would spin
        int polls = 0;
        long left = limit;
        while (left > 0) {
            a.poll(left);
            polls++;
            left = limit - (clock().nanos() - start);
        }
        long took = clock().nanos() - start;

        assertTrue(polls <= 50, "spins: " + polls + " polls in 200 ms in which nothing happened");
        assertTrue(took < limit + Duration.ofSeconds(2).toNanos(), "waited for " + took / 1_000_000 + " ms");
        assertFalse(a.down.contains(pair.dialling()));
    }

    @Test
    void shouldNotWaitWhenToldNotTo() {
        TransportProbe a = open("a");
        connected(a, open("b"));
        long start = clock().nanos();

        for (int i = 0; i < 100; i++) {
            a.poll(0);
        }

        assertTrue(clock().nanos() - start < Duration.ofSeconds(2).toNanos());
    }

    @Test
    void shouldWakeForAFrame() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow flow = FrameFlow.of(10);
        b.onFrame((link, frame) -> flow.accept(frame));
        long start = clock().nanos();

        flow.offer(a.transport, pair.dialling());
        a.poll(0);
        while (flow.received() == 0) {
            b.poll(Duration.ofSeconds(30).toNanos());
        }

        assertTrue(clock().nanos() - start < Duration.ofSeconds(5).toNanos(), "the poll slept although a frame came");
    }

    @Test
    void shouldWorkOnWhileTheThreadIsInterrupted() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow flow = FrameFlow.of(5_000);
        b.onFrame((link, frame) -> flow.accept(frame));

        Thread.currentThread().interrupt();
        try {
            a.poll(1_000_000);
            assertTrue(Thread.currentThread().isInterrupted(), "poll took the interrupt flag");
            await("500 frames", () -> {
                flow.offerUpTo(500, a.transport, pair.dialling());
                return flow.received() == 500;
            });
            connected(b, a);
            b.pause();
            b.transport.close(Duration.ofSeconds(1));
            assertTrue(Thread.currentThread().isInterrupted(), "close took the interrupt flag");
        } finally {
            Thread.interrupted();
        }
        await("links down", () -> a.down.size() == 2);
    }

    @Test
    void shouldCloseWithinTheLingerWhenTheOtherSideDoesNotRead() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        b.pause();
        fill(a, pair.dialling(), BIG);
        long start = clock().nanos();

        a.transport.close(Duration.ofMillis(300));

        long took = clock().nanos() - start;
        assertTrue(took < Duration.ofMillis(1_300).toNanos(), "took " + took / 1_000_000 + " ms");
    }

    @Test
    void shouldCloseMoreThanOnceAndInEveryState() {
        TransportProbe unused = open("unused");
        TransportProbe dialling = open("dialling");
        TransportProbe linked = open("linked");
        connected(linked, open("other"));
        dialling.transport.dial(silentEndpoint());
        dialling.poll(1_000_000);
        long start = clock().nanos();

        for (TransportProbe probe : new TransportProbe[] {unused, dialling, linked}) {
            probe.transport.close(Duration.ofMillis(300));
            probe.transport.close(Duration.ofSeconds(30));
            probe.transport.wakeUp();
            probe.pause();
        }

        long took = clock().nanos() - start;
        assertTrue(took < Duration.ofSeconds(6).toNanos(), "took " + took / 1_000_000 + " ms");
    }
}
