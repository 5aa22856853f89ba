package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Happening;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscription to a RELIABLE topic that is to stop where its handler gives up. */
@Timeout(120)
class StoppedReaderSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8()).reliable();
    private static final RetryPolicy FIVE = new RetryPolicy(5, 5, Duration.ofMillis(50), Duration.ofMillis(400));

    @Test
    void shouldEndTheSubscriptionAndKeepNobodyWaiting() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
                Node sender = sim.node("sender");
                Node steady = sim.node("steady");
                Node strict = sim.node("strict");
                List<String> ran = new ArrayList<>();
                steady.subscribe(ORDERS, m -> {});
                Subscription stops =
                        strict.subscribe(ORDERS.reader().retry(FIVE).exhausted(Exhausted.STOP), m -> {
                            ran.add(m.value());
                            if (m.value().equals("4")) {
                                throw new IllegalStateException("cannot book this");
                            }
                        });
                sender.publisher(ORDERS).awaitSubscribers(2, LIMIT);
                List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
                for (int i = 1; i <= 8; i++) {
                    receipts.add(sender.publisher(ORDERS).sendAsync(Outgoing.of("" + i), Stage.PROCESSED));
                }

                boolean over = sim.runUntil(() -> receipts.stream().allMatch(CompletableFuture::isDone), LIMIT);

                assertTrue(over, () -> sender.explain("orders") + "\n" + sim.events(strict));
                assertEquals(List.of("1", "2", "3", "4", "4", "4", "4", "4"), ran);
                for (int i = 1; i <= 8; i++) {
                    boolean byStrict = receipts.get(i - 1).join().by().contains("strict");
                    assertEquals(i < 4, byStrict, "whether " + i + " was processed by the one that stopped");
                }
                told(sim, strict, receipts.get(3).join());
                sim.run(Duration.ofSeconds(5));
                assertEquals(0, stops.stats().senders());
            }
        });
    }

    @Test
    void shouldAcknowledgeWhatStillRunsWhenItIsClosedAndHoldNobodyUp() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
                Node sender = sim.node("sender");
                Node closes = sim.node("closes");
                Subscription subscription = closes.subscribe(ORDERS, m -> sim.run(Duration.ofMillis(500)));
                sender.publisher(ORDERS).awaitSubscribers(1, LIMIT);
                List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
                for (int i = 1; i <= 3; i++) {
                    receipts.add(sender.publisher(ORDERS).sendAsync(Outgoing.of("" + i), Stage.PROCESSED));
                }
                sim.run(Duration.ofMillis(100));
                subscription.close();

                boolean over = sim.runUntil(() -> receipts.stream().allMatch(CompletableFuture::isDone), LIMIT);

                assertTrue(over, () -> "" + sender.explain("orders"));
                assertEquals(List.of("closes"), receipts.get(0).join().by());
                assertEquals(List.of(), receipts.get(2).join().by());
            }
        });
    }

    private static void told(Sim sim, Node strict, Receipt receipt) {
        List<NodeEvent> events = sim.events(strict).stream()
                .filter(e -> e.what() == Happening.SUBSCRIPTION_STOPPED)
                .toList();
        assertEquals(1, events.size());
        String detail = events.get(0).detail();
        assertTrue(detail.contains(receipt.id().toString()) && detail.contains("cannot book this"), detail);
        assertTrue(detail.startsWith("reader r-"), detail);
        assertEquals("orders", events.get(0).channel());
        assertEquals(
                0,
                sim.events(strict).stream()
                        .filter(e -> e.what() == Happening.MESSAGE_PARKED)
                        .count());
    }
}
