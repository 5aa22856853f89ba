package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.channel.Happening;
import io.parley.core.wire.FrameType;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import io.parley.testkit.net.FrameRule;
import io.parley.testkit.net.Passage;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a later version may send: skipped where that was said to do no harm, refused where it was not. */
@Timeout(600)
class UnknownFramesSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int TYPE = 3;
    private static final int FLAGS = 4;

    @Test
    void shouldSkipAndCountATypeThatMayBeSkippedP20() {
        play(TYPE, 200, 1, 0);
    }

    @Test
    void shouldRefuseATypeThatMustBeUnderstoodP20() {
        play(TYPE, 99, 0, 1);
    }

    @Test
    void shouldRefuseATypeThatIsReservedP20() {
        play(TYPE, FrameType.HANDSHAKE.code(), 0, 1);
    }

    @Test
    void shouldRefuseAFlagThatMustBeUnderstoodP20() {
        play(FLAGS, 0x80, 0, 1);
        play(FLAGS, 0x02, 0, 1);
    }

    @Test
    void shouldIgnoreAFlagThatMayBeSkippedP20() {
        play(FLAGS + 1, 0x01, 0, 0);
    }

    /** Changes a byte in the head of one PING. */
    private static void play(int at, int value, long skipped, long refused) {
        Seeds.forEach(3, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<Node> nodes = List.of(sim.node("a"), sim.node("b"));
                assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(nodes), LIMIT));
                sim.run(Duration.ofSeconds(2)); // a link that gives way carries a PING too
                boolean[] done = {false};
                sim.network().rule(change(at, value, done));
                assertTrue(sim.runUntil(() -> done[0], LIMIT), "no PING came");
                sim.network().rule(FrameRule.none());
                sim.run(Duration.ofSeconds(5));
                assertTrue(LinksSimTest.allLinked(nodes));
                assertEquals(skipped, count(sim, nodes, Happening.FRAME_SKIPPED, "type"));
                // one that refuses, one that hears of it
                assertEquals(2 * refused, count(sim, nodes, Happening.LINK_REFUSED, "UNSUPPORTED"));
                assertEquals(0, count(sim, nodes, Happening.MALFORMED_FRAME, ""));
            }
        });
    }

    private static FrameRule change(int at, int value, boolean[] done) {
        return passage -> {
            if (done[0] || passage.type() != FrameType.PING.code()) {
                return FrameFate.PASS;
            }
            done[0] = true;
            byte[] bytes = bytes(passage);
            bytes[at] = (byte) value;
            return FrameFate.replace(bytes);
        };
    }

    private static byte[] bytes(Passage passage) {
        byte[] bytes = new byte[passage.frame().remaining()];
        passage.frame().get(passage.frame().position(), bytes);
        return bytes;
    }

    private static long count(Sim sim, List<Node> nodes, Happening what, String detail) {
        return nodes.stream()
                .flatMap(node -> sim.events(node).stream())
                .filter(e -> e.what() == what && e.detail().contains(detail))
                .count();
    }
}
