package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That frames arrive as they were sent. */
abstract class TransportFrameCases extends TransportLinkCases {
    /** Around the places where formats and buffers change; the largest that is worth a test's memory is 32 MiB. */
    private static int[] sizes(TransportProbe probe) {
        int most = Math.min(probe.transport.limits().maxFrame(), 32 << 20);
        SeededEntropy chance = new SeededEntropy(seed());
        IntStream small = IntStream.rangeClosed(1, 40);
        IntStream edges = IntStream.of(64, 128, 256, 1 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 1 << 20)
                .flatMap(n -> IntStream.rangeClosed(n - 12, n + 3));
        IntStream random = IntStream.generate(() -> 1 + chance.nextInt(Math.min(most, 256 << 10)))
                .limit(50);
        IntStream largest = IntStream.of(most - 1, most, 1, most);
        return IntStream.concat(IntStream.concat(small, edges), IntStream.concat(random, largest))
                .filter(n -> n <= most)
                .toArray();
    }

    @Test
    void shouldCarryFramesOfEverySizeBothWays() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        int[] sizes = sizes(a);
        FrameFlow there = new FrameFlow(seed(), n -> sizes[n]);
        FrameFlow back = new FrameFlow(seed() + 1, n -> sizes[sizes.length - 1 - n]);
        b.onFrame((link, frame) -> there.accept(frame));
        a.onFrame((link, frame) -> back.accept(frame));

        await(sizes.length + " frames each way", () -> {
            there.offerUpTo(sizes.length, a.transport, pair.dialling());
            back.offerUpTo(sizes.length, b.transport, pair.accepting());
            return there.received() == sizes.length && back.received() == sizes.length;
        });
    }

    @Test
    void shouldCarryALoneSmallFrameAtOnce() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow flow = FrameFlow.of(1);
        b.onFrame((link, frame) -> flow.accept(frame));

        for (int i = 1; i <= 100; i++) {
            int count = i;
            assertEquals(Sent.TAKEN, flow.offer(a.transport, pair.dialling()));
            await("frame " + i, () -> flow.received() == count);
        }
    }

    @Test
    void shouldCarryManySmallFramesInOrder() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow flow = new FrameFlow(seed(), n -> 1 + n % 97);
        b.onFrame((link, frame) -> flow.accept(frame));

        await("20,000 frames", () -> {
            flow.offerUpTo(20_000, a.transport, pair.dialling());
            return flow.received() == 20_000;
        });
    }

    @Test
    void shouldGatherFramesFromManyBuffers() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        SeededEntropy chance = new SeededEntropy(seed());
        List<byte[]> expected = new ArrayList<>();
        int[] received = {0};
        b.onFrame((link, frame) -> {
            Frames.assertContent(expected.get(received[0]), frame, "frame " + received[0]);
            received[0]++;
            frame.release();
        });

        for (int i = 0; i < 200; i++) {
            int most = Math.min(a.transport.limits().maxFrame(), 128 << 10);
            byte[] content = Frames.content(seed(), i, 1 + chance.nextInt(most));
            OutFrame frame = Frames.sliced(content, 1 + chance.nextInt(i % 10 == 0 ? 1_500 : 20), chance);
            expected.add(content);
            await("frame " + i + " taken", () -> a.transport.send(pair.dialling(), frame) == Sent.TAKEN);
        }
        await("200 frames", () -> received[0] == 200);
    }

    @Test
    void shouldReuseTheSameFrameForSeveralLinks() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        TransportProbe c = open("c");
        Link toB = connected(a, b).dialling();
        Link toC = connected(a, c).dialling();
        byte[] content = Frames.content(seed(), 0, 5_000);
        OutFrame frame = new OutFrame();
        b.onFrame((link, in) -> checkAndRelease(content, in));
        c.onFrame((link, in) -> checkAndRelease(content, in));

        for (int i = 0; i < 100; i++) {
            for (Link link : List.of(toB, toC)) {
                frame.clear();
                frame.add(ByteBuffer.wrap(content));
                await("frame taken", () -> a.transport.send(link, frame) == Sent.TAKEN);
            }
        }
        await("100 frames at both", () -> received(b) == 101 && received(c) == 101);
    }

    private static int received(TransportProbe probe) {
        return probe.framesOf(probe.accepted.get(0));
    }

    private static void checkAndRelease(byte[] content, InFrame in) {
        Frames.assertContent(content, in, "frame");
        in.release();
    }

    @Test
    void shouldAnswerFromInsideTheCallback() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow there = FrameFlow.of(50);
        FrameFlow back = FrameFlow.of(70);
        b.onFrame((link, frame) -> {
            there.accept(frame);
            assertEquals(Sent.TAKEN, back.offer(b.transport, link));
        });
        a.onFrame((link, frame) -> {
            back.accept(frame);
            if (there.sent() < 500) {
                assertEquals(Sent.TAKEN, there.offer(a.transport, link));
            }
        });

        there.offer(a.transport, pair.dialling());
        await("500 round trips", () -> back.received() == 500);
    }

    @Test
    void shouldKeepAFrameIntactUntilItIsReleased() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow flow = new FrameFlow(seed(), n -> 1 + 37 * n % 9_000);
        List<InFrame> kept = new ArrayList<>();
        int[] passed = {0};
        b.onFrame((link, frame) -> {
            if (passed[0]++ % 10 == 0) {
                frame.retain();
                frame.release();
                kept.add(frame);
            } else {
                frame.release();
            }
        });

        await("2,000 frames", () -> {
            flow.offerUpTo(2_000, a.transport, pair.dialling());
            return passed[0] == 2_000;
        });

        for (int i = 0; i < kept.size(); i++) {
            byte[] expected = Frames.content(seed(), 10 * i, 1 + 37 * (10 * i) % 9_000);
            Frames.assertContent(expected, kept.get(i), "kept frame " + i);
        }
        CompletableFuture.runAsync(() -> kept.forEach(InFrame::release)).join();
    }

    @Test
    void shouldKeepAFrameIntactAfterItsLinkWentDown() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        List<InFrame> kept = new ArrayList<>();
        b.onFrame((link, frame) -> kept.add(frame));
        FrameFlow flow = FrameFlow.of(3_000);
        flow.offer(a.transport, pair.dialling());
        await("a frame", () -> kept.size() == 1);

        a.transport.drop(pair.dialling());
        await("link down", () -> !b.down.isEmpty());
        Pair next = connected(a, b);
        FrameFlow more = new FrameFlow(seed() + 1, n -> 3_000);
        b.onFrame((link, frame) -> more.accept(frame));
        await("100 frames", () -> {
            more.offerUpTo(100, a.transport, next.dialling());
            return more.received() == 100;
        });

        flow.accept(kept.get(0));
    }

    @Test
    void shouldNeitherSendNorAcceptAFrameAboveTheLimit() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow flow = FrameFlow.of(10);
        b.onFrame((link, frame) -> flow.accept(frame));
        OutFrame large = Frames.whole(new byte[a.transport.limits().maxFrame() + 1]);

        boolean refused = false;
        try {
            a.transport.send(pair.dialling(), large);
        } catch (ParleyException e) {
            assertEquals(ErrorCode.MESSAGE_TOO_LARGE, e.code());
            refused = true;
        }
        if (refused) {
            flow.offer(a.transport, pair.dialling());
            await("a small frame after the refused one", () -> flow.received() == 1);
        } else {
            await("link down", () -> !a.down.isEmpty() && !b.down.isEmpty());
            assertEquals(0, flow.received());
        }
    }

    @Test
    void shouldDeliverWhatWasTakenBeforeClosing() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        FrameFlow flow = FrameFlow.of(200);
        b.onFrame((link, frame) -> flow.accept(frame));

        flow.offerUpTo(20, a.transport, pair.dialling());
        assertEquals(20, flow.sent());
        a.pause();
        a.transport.close(PATIENCE);
        await("link down", () -> !b.down.isEmpty());

        assertEquals(20, flow.received());
        assertTrue(b.down.contains(pair.accepting()));
    }
}
