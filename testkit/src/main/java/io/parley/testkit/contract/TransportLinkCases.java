package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportTrouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How links begin and end. */
abstract class TransportLinkCases extends TransportFixture {
    /** Two seconds are promised; a busy machine may be late. */
    private static final Duration DIAL_LIMIT = Duration.ofSeconds(4);

    @Test
    void shouldChooseAFreePortWhenBoundToPortZero() {
        Endpoint first = open("a").transport.bind(listenEndpoint());
        Endpoint second = open("b").transport.bind(listenEndpoint());

        assertNotEquals(0, first.port());
        assertEquals(listenEndpoint().host(), first.host());
        assertNotEquals(first, second);
    }

    @Test
    void shouldRefuseAnAddressInUse() {
        Endpoint taken = open("a").transport.bind(listenEndpoint());
        TransportProbe late = open("b");

        ParleyException e = assertThrows(ParleyException.class, () -> late.transport.bind(taken));

        assertEquals(ErrorCode.ADDRESS_IN_USE, e.code());
    }

    @Test
    void shouldRefuseAnAddressOfAnotherHost() {
        TransportProbe probe = open("a");

        ParleyException e = assertThrows(ParleyException.class, () -> probe.transport.bind(unusableEndpoint()));

        assertEquals(ErrorCode.ADDRESS_UNUSABLE, e.code());
    }

    @Test
    void shouldTellBothSidesOfANewLink() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Endpoint at = b.transport.bind(listenEndpoint());

        Pair pair = connect(a, b, at);
        linger(QUIET);

        assertEquals(List.of(at), a.dialledEndpoints, "the dialling side names the endpoint as it was dialled");
        assertEquals(List.of(), a.accepted);
        assertEquals(List.of(), b.dialledEndpoints);
        assertEquals(1, b.accepted.size());
        assertTrue(
                pair.dialling().remoteAddress().endsWith(":" + at.port()),
                pair.dialling().remoteAddress());
        assertTrue(
                pair.accepting().remoteAddress().matches(".+:\\d+"),
                pair.accepting().remoteAddress());
    }

    @Test
    void shouldTellBothSidesOnceWhenALinkIsDropped() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);

        a.transport.drop(pair.dialling());
        await("link down at both", () -> a.down.size() == 1 && b.down.size() == 1);
        linger(QUIET);

        assertEquals(List.of(pair.dialling()), a.down);
        assertEquals(List.of(pair.accepting()), b.down);
        assertEquals(Sent.DOWN, a.transport.send(pair.dialling(), Frames.whole(new byte[8])));
        assertEquals(Sent.DOWN, b.transport.send(pair.accepting(), Frames.whole(new byte[8])));
    }

    @Test
    void shouldTellBothSidesOnceWhenTheAcceptingSideDrops() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);

        b.transport.drop(pair.accepting());
        assertEquals(Sent.DOWN, b.transport.send(pair.accepting(), Frames.whole(new byte[8])));
        b.transport.drop(pair.accepting());
        await("link down at both", () -> a.down.size() == 1 && b.down.size() == 1);
        b.transport.drop(pair.accepting());
        linger(QUIET);

        assertEquals(List.of(pair.dialling()), a.down);
        assertEquals(List.of(pair.accepting()), b.down);
    }

    @Test
    void shouldStandALinkThatIsIgnoredAndThenDropped() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        b.onFrame((link, frame) -> {
            frame.release();
            link.ignore();
        });
        List<Integer> lastWords = new ArrayList<>();
        a.onFrame((link, frame) -> {
            lastWords.add(frame.buffer().remaining());
            frame.release();
        });
        FrameFlow flow = FrameFlow.of(100);
        await("100 frames taken", () -> {
            flow.offerUpTo(100, a.transport, pair.dialling());
            return flow.sent() == 100;
        });
        assertEquals(Sent.TAKEN, b.transport.send(pair.accepting(), Frames.whole(new byte[8])));
        await("last words", () -> lastWords.size() == 1);

        b.transport.drop(pair.accepting());
        await("link down at both", () -> a.down.size() == 1 && b.down.size() == 1);
        assertEquals(List.of(8), lastWords);
    }

    @Test
    void shouldStandADropFromInsideACallback() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);
        b.onFrame((link, frame) -> {
            frame.release();
            b.transport.drop(link);
        });

        FrameFlow flow = FrameFlow.of(100);
        flow.offerUpTo(50, a.transport, pair.dialling());
        await("link down at both", () -> a.down.size() == 1 && b.down.size() == 1);
    }

    @Test
    void shouldTellALinkDownWhenThePeerCloses() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Pair pair = connected(a, b);

        b.pause();
        b.transport.close(Duration.ofSeconds(1));
        await("link down", () -> a.down.contains(pair.dialling()));
    }

    @Test
    void shouldFailADialThatIsRefused() {
        TransportProbe a = open("a");
        Endpoint nobody = closedEndpoint();

        a.transport.dial(nobody);
        await("dial failed", DIAL_LIMIT, () -> !a.failed.isEmpty());
        linger(QUIET);

        assertEquals(List.of(nobody), a.failed);
        assertEquals(0, a.linksUp());
    }

    @Test
    void shouldFailADialThatIsNotAnswered() {
        TransportProbe a = open("a");
        Endpoint silent = silentEndpoint();

        a.transport.dial(silent);
        await("dial failed", DIAL_LIMIT, () -> !a.failed.isEmpty());
        linger(QUIET);

        assertEquals(List.of(silent), a.failed);
        assertEquals(0, a.linksUp());
    }

    @Test
    void shouldTellNothingOfADialThatWasGivenUp() {
        TransportProbe a = open("a");
        Endpoint silent = silentEndpoint();

        a.transport.dial(silent);
        linger(QUIET);
        a.transport.hangUp(silent);
        linger(Duration.ofMillis(2_500));

        assertEquals(List.of(), a.failed);
        assertEquals(List.of(), a.dialled);
    }

    @Test
    void shouldIgnoreAHangUpOfWhatIsNotDialled() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Endpoint at = b.transport.bind(listenEndpoint());
        a.transport.hangUp(at);
        Pair pair = connect(a, b, at);

        a.transport.hangUp(at);
        linger(QUIET);

        assertEquals(List.of(), a.down);
        assertEquals(Sent.TAKEN, a.transport.send(pair.dialling(), Frames.whole(new byte[8])));
    }

    @Test
    void shouldNotDialAgainByItself() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Endpoint at = b.transport.bind(listenEndpoint());
        Pair pair = connect(a, b, at);

        b.transport.drop(pair.accepting());
        await("link down", () -> !a.down.isEmpty());
        linger(Duration.ofSeconds(1));
        assertEquals(1, a.dialled.size(), "redialled after a drop");
        assertEquals(1, b.accepted.size(), "accepted again after a drop");

        Endpoint nobody = closedEndpoint();
        a.transport.dial(nobody);
        await("dial failed", DIAL_LIMIT, () -> !a.failed.isEmpty());
        TransportProbe c = open("c");
        c.transport.bind(nobody);
        linger(Duration.ofSeconds(1));
        assertEquals(List.of(), c.accepted, "redialled after a failed dial");
        assertEquals(List.of(nobody), a.failed);
    }

    @Test
    void shouldDialAgainWhenToldTo() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Endpoint at = b.transport.bind(listenEndpoint());

        Pair first = connect(a, b, at);
        a.transport.drop(first.dialling());
        Pair second = connect(a, b, at);
        await("first link down at both", () -> a.down.size() == 1 && b.down.size() == 1);

        assertSame(first.dialling(), a.down.get(0));
        assertNotEquals(first.dialling(), second.dialling());
        assertFalse(b.down.contains(second.accepting()));
    }

    @Test
    void shouldListenAgainWhereATransportWasClosed() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Endpoint at = b.transport.bind(listenEndpoint());
        connect(a, b, at);
        b.pause();
        b.transport.close(Duration.ofSeconds(1));
        await("link down", () -> !a.down.isEmpty());

        TransportProbe again = open("b again");
        assertEquals(at, again.transport.bind(at));
        connect(a, again, at);
    }

    @Test
    void shouldComeUpQuicklyThreeHundredTimes() {
        TransportProbe a = open("a");
        TransportProbe b = open("b");
        Endpoint at = b.transport.bind(listenEndpoint());
        long slowest = 0;
        for (int i = 1; i <= 300; i++) {
            int count = i;
            long start = clock().nanos();
            Pair pair = connect(a, b, at);
            slowest = Math.max(slowest, clock().nanos() - start);
            a.transport.drop(pair.dialling());
            await("link down at both", () -> a.down.size() == count && b.down.size() == count);
        }
        assertTrue(slowest < 1_000_000_000, "the slowest connect took " + slowest / 1_000_000 + " ms");
    }

    @Test
    void shouldHoldAHundredLinks() {
        TransportProbe hub = open("hub");
        Endpoint at = hub.transport.bind(listenEndpoint());
        List<Runnable> sends = new ArrayList<>();
        List<FrameFlow> flows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TransportProbe spoke = open("spoke " + i);
            for (int j = 0; j < 25; j++) {
                Pair pair = connect(spoke, hub, at);
                int number = flows.size();
                FrameFlow flow = new FrameFlow(seed() + number, n -> 100 + n);
                flows.add(flow);
                sends.add(() -> flow.offerUpTo(20, spoke.transport, pair.dialling()));
            }
        }
        hub.onFrame((link, frame) -> flows.get(hub.accepted.indexOf(link)).accept(frame));

        await("20 frames on each of 100 links", () -> {
            sends.forEach(Runnable::run);
            return flows.stream().allMatch(flow -> flow.received() == 20);
        });

        Set<String> addresses =
                hub.accepted.stream().map(link -> link.remoteAddress()).collect(Collectors.toSet());
        assertEquals(100, addresses.size(), "links are told apart by their remote address");
    }

    @Test
    void shouldHoldNoMoreLinksThanAllowed() {
        TransportProbe hub = open("hub", 2);
        Endpoint at = hub.transport.bind(listenEndpoint());
        for (int i = 0; i < 2; i++) {
            connect(open("spoke " + i), hub, at);
        }

        open("one too many").transport.dial(at);
        await("trouble", () -> hub.troubles.contains(TransportTrouble.TOO_MANY_CONNECTIONS));

        assertEquals(2, hub.linksUp());
    }
}
