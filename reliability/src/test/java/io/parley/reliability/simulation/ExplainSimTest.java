package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Explanation;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.channel.Flush;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is explained is what holds at this moment. */
@Timeout(60)
class ExplainSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration A_MOMENT = Duration.ofSeconds(2);
    private static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8()).durable();

    private static Node node(Sim sim, String name, Flush flush) {
        return sim.node(
                name, builder -> builder.delivery(Journal.over(sim.disk(name)).flush(flush)));
    }

    private static Explanation explain(Node node) {
        return node.explain("orders").get(0);
    }

    private static String guarantee(Flush flush) {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a", flush);
            a.publisher(ORDERS);
            return explain(a).guarantee();
        }
    }

    private static boolean weakened(Explanation explanation, String by) {
        return explanation.weakenedBy().stream().anyMatch(text -> text.contains(by));
    }

    @Test
    void shouldNameTheRowThatTheFlushPolicyMakesHold() {
        assertTrue(guarantee(Flush.ALWAYS).contains("DURABLE topic: at least once across crashes"));
        assertTrue(guarantee(Flush.ALWAYS).contains("a power cut takes back nothing"));
        assertTrue(guarantee(Flush.every(Duration.ofMillis(300))).contains("in the last 300 ms"));
        assertTrue(guarantee(Flush.OS).contains("what the system had not yet written"));
    }

    @Test
    void shouldNameTheModeAtEachSideAndWhatDoesNotFitOnlyWhileItDoesNot() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = node(sim, "a", Flush.ALWAYS);
            Node b = node(sim, "b", Flush.ALWAYS);
            a.awaitPeer("b", LIMIT);
            b.subscribe(ORDERS.reader("billing"), m -> {});
            Topic<String> brief = Topic.of("orders", Codec.utf8());
            a.publisher(brief);
            sim.run(A_MOMENT);
            assertTrue(weakened(explain(b), "MODE_MISMATCH"), explain(b)::toString);
            assertTrue(explain(a).guarantee().startsWith("BEST_EFFORT topic: "));

            a.publisher(brief).close();
            Topic<Integer> numbers = Topic.of("orders", Codec.int32()).durable();
            sim.run(A_MOMENT);
            a.publisher(numbers);
            sim.run(A_MOMENT);
            assertTrue(weakened(explain(b), "CODEC_MISMATCH"), explain(b)::toString);
            assertFalse(weakened(explain(b), "MODE_MISMATCH"));
            assertTrue(explain(b).guarantee().startsWith("DURABLE topic: none at the moment"), explain(b)::toString);

            a.publisher(numbers).close();
            sim.run(A_MOMENT);
            a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            assertFalse(weakened(explain(b), "MISMATCH"), explain(b)::toString);
            assertTrue(explain(b).guarantee().startsWith("DURABLE topic: at least once"), explain(b)::toString);
            assertTrue(explain(a).guarantee().startsWith("DURABLE topic: "));
        }
    }

    @Test
    void shouldSayThatTheJournalHasFailed() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = node(sim, "a", Flush.ALWAYS);
            a.publisher(ORDERS).send("one");
            assertFalse(weakened(explain(a), "failed"));
            sim.disk("a").files().failForce(1);
            var two = a.publisher(ORDERS).sendAsync(Outgoing.of("two"), Stage.JOURNALED);
            assertTrue(sim.runUntil(two::isDone, LIMIT));

            assertTrue(weakened(explain(a), "the journal has failed"));
            assertTrue(explain(a).guarantee().startsWith("DURABLE topic: none for new messages"));
            assertEquals("1", fact(a, "journaled"));
            assertEquals("ALWAYS", fact(a, "flush"));
        }
    }

    private static String fact(Node node, String name) {
        return explain(node).facts().stream()
                .filter(fact -> fact.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
