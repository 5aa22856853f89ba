package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Pusher;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.testkit.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transactions send more than the queue that they send to has room for: they wait, say so, and go on by themselves. */
@Timeout(120)
class CrowdedInboxSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int COUNT = 100;
    private static final int MOST_HELD = 8 << 20;
    private static final String FILLING = "x".repeat(200_000);
    private static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8()).durable();
    private static final WorkQueue<String> PARCELS =
            WorkQueue.of("parcels", Codec.utf8()).durable().capacity(1 << 20);

    @Test
    void shouldMakeHandlersWaitWhenTooMuchOfWhatTheySentIsInNoLogP14() {
        try (Sim sim = Sim.seeded(1)) {
            Node shop = node(sim, "shop");
            Node desk = node(sim, "desk");
            List<String> handled = new ArrayList<>();
            Pusher<String> parcels = desk.pusher(PARCELS);
            desk.transact(ORDERS.reader("billing"), (order, tx) -> {
                tx.send(parcels, order.value() + ":" + FILLING);
                handled.add(order.value());
            });
            shop.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            List<String> all =
                    IntStream.range(0, COUNT).mapToObj(i -> "order " + i).toList();
            all.forEach(order -> shop.publisher(ORDERS).send(order));

            assertTrue(sim.runUntil(() -> desk.counters().get(Happening.LIMIT_REACHED) > 0, LIMIT));
            int before = handled.size();
            int most = (MOST_HELD + (1 << 20)) / FILLING.length() + 2; // and what is in the queue
            assertTrue(before <= most, () -> before + " were handled");
            assertTrue(before >= MOST_HELD / FILLING.length() / 2, () -> before + " were handled");
            sim.run(Duration.ofMinutes(1));
            assertEquals(before, handled.size(), "it did not wait");
            sim.cutPower(desk);

            Node again = sim.restart(desk);
            Pusher<String> reopened = again.pusher(PARCELS);
            again.transact(ORDERS.reader("billing"), (order, tx) -> {
                tx.send(reopened, order.value() + ":" + FILLING);
                handled.add(order.value());
            });
            List<String> got = new ArrayList<>();
            node(sim, "packer")
                    .pull(PARCELS, m -> got.add(m.value().substring(0, m.value().indexOf(':'))));
            assertTrue(sim.runUntil(() -> got.size() >= COUNT, LIMIT), () -> got.size() + " came");
            sim.run(Duration.ofSeconds(10));
            assertEquals(all, got);
        }
    }
}
