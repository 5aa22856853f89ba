package io.parley.transport.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.transport.internal.guard.RawPeer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That one connection of a ROUTER is nothing to the others. */
@Timeout(60)
class RouterTest {
    private static final String ANY = "tcp://127.0.0.1:*";

    private final Map<String, RoutingId> ids = new ConcurrentHashMap<>();

    private PlainRouter open(Gathering at) {
        return PlainZmq.router(at.node, (from, frames) -> {
                    ids.put(new String(frames.get(0), java.nio.charset.StandardCharsets.US_ASCII), from);
                    at.take(frames);
                })
                .bind(ANY);
    }

    private PlainDealer dealer(Gathering at, PlainRouter router, String name) {
        PlainDealer dealer = PlainZmq.dealer(at.node, m -> at.take(m.frames()))
                .connect(router.endpoints().get(0).toString());
        dealer.sendFrames(List.of(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        at.await(name, () -> ids.containsKey(name));
        at.came.clear();
        return dealer;
    }

    /** JeroMQ's ROUTER drops silently, or, told not to, throws; and takes the rest for the id of another message. */
    @Test
    void shouldCountWhatIsForNobody() throws InterruptedException {
        try (Gathering at = new Gathering();
                PlainRouter router = open(at)) {
            dealer(at, router, "one");
            router.send(RoutingId.of(new byte[] {9, 9}), List.of(new byte[1], new byte[2], new byte[3]));
            router.send(ids.get("one"), List.of(new byte[7], new byte[8]));
            List<byte[]> next = at.next();
            assertEquals(List.of(7, 8), next.stream().map(frame -> frame.length).toList());
            assertEquals(1, router.stats().dropped());
            at.await("MESSAGES_DROPPED", () -> at.told(Happening.MESSAGES_DROPPED, "gone"));
        }
    }

    @Test
    void shouldNotBeHeldUpByWhoReadsNothing() throws IOException, InterruptedException {
        try (Gathering at = new Gathering();
                PlainRouter router = open(at);
                RawPeer lazy = RawPeer.connect(router.endpoints().get(0).port())) {
            dealer(at, router, "one");
            lazy.greet("DEALER").readReady();
            lazy.write((byte) 0, (byte) 4, (byte) 'l', (byte) 'a', (byte) 'z', (byte) 'y');
            at.await("lazy", () -> ids.containsKey("lazy"));
            at.came.clear();
            assertNotEquals(ids.get("lazy"), ids.get("one"));
            while (router.offer(ids.get("lazy"), List.of(new byte[100_000])) == io.parley.core.Offer.ACCEPTED) {
                router.offer(ids.get("one"), List.of(new byte[1]));
            }
            at.came.clear();
            router.send(ids.get("one"), List.of(new byte[7], new byte[8]));
            List<byte[]> next = at.next();
            while (next.size() != 2) {
                next = at.next();
            }
            assertEquals(0, router.stats().dropped());
        }
    }

    /** A DEALER without the envelope of a REQ gets no answer, as from libzmq's REP; the others do. */
    @Test
    void shouldTellOfRequestsWithoutAnEnvelope() {
        try (Gathering at = new Gathering();
                PlainSocket replier = PlainZmq.replier(at.node, Codec.utf8(), Codec.utf8(), text -> text + "!")
                        .bind(ANY);
                PlainDealer dealer = PlainZmq.dealer(at.node, m -> at.take(m.frames()))
                        .connect(replier.endpoints().get(0).toString());
                PlainRequester<String, String> requester = PlainZmq.requester(at.node, Codec.utf8(), Codec.utf8())
                        .connect(replier.endpoints().get(0).toString())) {
            dealer.sendFrames(List.of(new byte[1]));
            assertEquals(
                    "x!", requester.request("x").orTimeout(20, TimeUnit.SECONDS).join());
            at.await("told", () -> at.told(Happening.DECODING_FAILED, "empty one"));
            assertEquals(1, replier.stats().failed());
        }
    }
}
