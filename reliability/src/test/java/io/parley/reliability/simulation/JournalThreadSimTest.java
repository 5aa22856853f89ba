package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody foresaw on the thread that commits: whoever waits for it is told, and the node says so. */
@Timeout(60)
class JournalThreadSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8()).durable();
    private static final Topic<String> BILLS = Topic.of("bills", Codec.utf8()).durable();

    private static Node node(Sim sim, BrokenStorage.Faults faults) {
        return sim.node(
                "a",
                builder -> builder.delivery(
                        Journal.over(() -> new BrokenStorage(sim.disk("a").get(), faults))));
    }

    private static ErrorCode refused(Node node, Topic<String> topic) {
        return assertThrows(ParleyException.class, () -> node.publisher(topic).send("more"))
                .code();
    }

    @Test
    void shouldFailTheChannelThatMetItAndLetOthersGoOn() {
        BrokenStorage.Faults faults = new BrokenStorage.Faults();
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, faults);
            a.publisher(ORDERS).send("one");
            a.publisher(BILLS).send("one");
            faults.onWrite("log-topic-orders", () -> new StackOverflowError("simulated"));
            CompletableFuture<Receipt> two = a.publisher(ORDERS).sendAsync(Outgoing.of("two"), Stage.JOURNALED);

            assertTrue(sim.runUntil(two::isDone, LIMIT), "it waits for ever");
            assertTrue(two.isCompletedExceptionally());
            assertEquals(ErrorCode.INTERNAL, refused(a, ORDERS));
            assertEquals(1, a.counters().get(Happening.CHANNEL_FAILED));
            a.publisher(BILLS).send("two");
        }
    }

    @Test
    void shouldFailAllChannelsWhenTheThreadCannotGoOnAndGiveTheDirectoryBack() {
        BrokenStorage.Faults faults = new BrokenStorage.Faults();
        try (Sim sim = Sim.seeded(2)) {
            Node a = node(sim, faults);
            a.publisher(ORDERS).send("one");
            a.publisher(BILLS).send("one");
            faults.onClose(() -> new IllegalStateException("simulated"));
            a.publisher(BILLS).close();
            assertTrue(sim.runUntil(() -> a.counters().get(Happening.CHANNEL_FAILED) == 1, LIMIT));

            long before = sim.nanos();
            assertEquals(ErrorCode.INTERNAL, refused(a, ORDERS));
            assertEquals(ErrorCode.INTERNAL, refused(a, BILLS), "opened again");
            assertTrue(sim.nanos() - before < Duration.ofSeconds(1).toNanos(), "it waited");
            faults.none();
            a.close();
            Node again = sim.restart(a);
            again.publisher(ORDERS).send("two");
        }
    }
}
