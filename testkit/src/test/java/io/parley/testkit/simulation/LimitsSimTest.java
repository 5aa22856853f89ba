package io.parley.testkit.simulation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.NodeLimits;
import io.parley.core.Peer;
import io.parley.core.Topic;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.wire.FrameType;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import io.parley.testkit.net.FrameRule;
import io.parley.testkit.net.Passage;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits hold, say so, and hold up nobody for longer than they must. */
@Timeout(600)
class LimitsSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Topic<String> NEWS = Topic.of("news", Codec.utf8());

    private static NodeLimits limits(int peers, int channels, int readers) {
        return new NodeLimits(Duration.ofSeconds(2), peers, channels, readers, 64, 1_000);
    }

    private static List<NodeEvent> events(Sim sim, Node node, Happening what) {
        return sim.events(node).stream().filter(e -> e.what() == what).toList();
    }

    private static long up(Node node) {
        return node.peers().stream().filter(p -> p.state() == Peer.State.UP).count();
    }

    @Test
    void shouldLetOthersInWhereSomeLeft() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node small = sim.node("small", builder -> builder.limits(limits(2, 100, 100)));
                for (int round = 0; round < 4; round++) {
                    Node one = sim.node("one" + round);
                    Node two = sim.node("two" + round);
                    assertTrue(sim.runUntil(() -> up(small) == 2, LIMIT), () -> "" + small.peers());
                    Node three = sim.node("three" + round);
                    sim.run(Duration.ofSeconds(2));
                    assertEquals(2, up(small));
                    three.close();
                    one.close();
                    sim.crash(two);
                    assertTrue(sim.runUntil(() -> up(small) == 0, LIMIT), () -> "" + small.peers());
                    assertTrue(small.peers().size() <= 5, () -> "remembers " + small.peers());
                }
                assertTrue(!events(sim, small, Happening.LIMIT_REACHED).isEmpty());
            }
        });
    }

    @Test
    void shouldCountEachOfferBeyondTheLimit() {
        Seeds.forEach(5, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                int most = limits(100, 3, 100).mostOffers();
                for (int i = 0; i < most + 2; i++) {
                    a.publisher(Topic.of("t" + i, Codec.utf8()));
                }
                Node b = sim.node(
                        "b", builder -> builder.limits(limits(100, 3, 100))); // what each node tells of itself is one
                assertTrue(sim.runUntil(
                        () -> !events(sim, b, Happening.LIMIT_REACHED).isEmpty(), LIMIT));
                assertEquals(3, events(sim, b, Happening.LIMIT_REACHED).get(0).count());
            }
        });
    }

    @Test
    void shouldTellThatHandlerThreadsAreExhaustedAndCountIt() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                NodeLimits two = new NodeLimits(Duration.ofSeconds(2), 100, 100, 100, 2, 1_000);
                Node a = sim.node("a", builder -> builder.limits(two));
                for (int i = 0; i < 4; i++) {
                    a.subscribe(NEWS, m -> sim.run(Duration.ofSeconds(5)));
                }
                a.publisher(NEWS).awaitSubscribers(1, LIMIT);
                sim.run(Duration.ofSeconds(3));
                assertEquals(0, a.counters().get(Happening.HANDLERS_EXHAUSTED));
                a.publisher(NEWS).send("now");
                sim.run(Duration.ofSeconds(4));
                List<NodeEvent> told = events(sim, a, Happening.HANDLERS_EXHAUSTED);
                assertEquals(1, told.size());
                assertEquals(2, told.get(0).count());
                assertEquals(2, a.counters().get(Happening.HANDLERS_EXHAUSTED));
            }
        });
    }

    @Test
    void shouldAskAgainWhereThereWasNoRoomForAReader() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a", builder -> builder.limits(limits(100, 100, 1)));
                Node b = sim.node("b");
                Node c = sim.node("c");
                List<String> got = new ArrayList<>();
                var first = b.subscribe(NEWS, m -> got.add("b"));
                a.publisher(NEWS).awaitSubscribers(1, LIMIT);
                c.subscribe(NEWS, m -> got.add("c"));
                assertTrue(sim.runUntil(
                        () -> !events(sim, c, Happening.READER_REFUSED).isEmpty(), LIMIT));
                sim.run(Duration.ofSeconds(5));
                assertEquals(1, events(sim, a, Happening.LIMIT_REACHED).size(), "told once");
                first.close();
                sim.run(Duration.ofSeconds(2));
                a.publisher(NEWS).send("now");
                assertTrue(sim.runUntil(() -> got.equals(List.of("c")), LIMIT), got::toString);
            }
        });
    }

    @Test
    void shouldRefuseAWrongFilterAndKeepTheLink() {
        Seeds.forEach(5, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                a.publisher(NEWS);
                assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(List.of(a, b)), LIMIT));
                sim.network()
                        .rule(passage -> passage.type() == FrameType.ATTACH.code() ? wrong(passage) : FrameFate.PASS);
                b.subscribe(NEWS.matching("good.filter"), m -> {});
                assertTrue(sim.runUntil(
                        () -> !events(sim, b, Happening.READER_REFUSED).isEmpty(), LIMIT));
                assertTrue(
                        events(sim, b, Happening.READER_REFUSED).get(0).detail().contains("FORBIDDEN"));
                sim.network().rule(FrameRule.none());
                sim.run(Duration.ofSeconds(3));
                assertEquals(List.of(), events(sim, a, Happening.MALFORMED_FRAME));
                assertEquals(List.of(), events(sim, a, Happening.PEER_SUSPECT));
            }
        });
    }

    private static FrameFate wrong(Passage passage) {
        byte[] bytes = new byte[passage.frame().remaining()];
        passage.frame().get(passage.frame().position(), bytes);
        String text = new String(bytes, ISO_8859_1).replace("good.filter", "bad..filter");
        return FrameFate.replace(text.getBytes(ISO_8859_1));
    }
}
