package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.testkit.Sim;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The disk damages what a reader has executed, and sent with that: nothing is lost, and what comes twice is told. */
@Timeout(300)
class DamagedInboxSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int COUNT = 30;
    private static final String INBOX = "inbox.0000000000000001.log";
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(1 << 20);
    private static final Topic<String> INVOICES =
            Topic.of("invoices", Codec.utf8()).durable().capacity(1 << 20);

    private static void write(Node desk, Consumer<String> written) {
        Publisher<String> invoices = desk.publisher(INVOICES);
        desk.transact(ORDERS.reader("billing").from(Start.EARLIEST), (order, tx) -> {
            tx.send(invoices, order.value());
            written.accept(order.value());
        });
    }

    @Test
    void shouldLoseNothingAndRepeatNothingInSilenceWhereverABitFlipsP16() {
        Seeds.forEach(100, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node shop = node(sim, "shop");
                Node desk = node(sim, "desk");
                sell(sim, shop, desk);
                sim.crash(desk);
                String where = flip(sim);
                sim.heal();
                Node again = sim.restart(desk);
                write(again, order -> {});
                shop.publisher(ORDERS).send("last");
                Map<String, Integer> got = new HashMap<>();
                node(sim, "books")
                        .subscribe(
                                INVOICES.reader("books").from(Start.EARLIEST),
                                m -> got.merge(m.value(), 1, Integer::sum));
                assertTrue(sim.runUntil(() -> got.containsKey("last"), LIMIT), where);
                sim.run(Duration.ofSeconds(5));

                List<String> all = new ArrayList<>(
                        IntStream.range(0, COUNT).mapToObj(i -> "order " + i).toList());
                all.add("last");
                assertEquals(new TreeSet<>(all), new TreeSet<>(got.keySet()), where);
                boolean twice = got.values().stream().anyMatch(count -> count > 1);
                assertTrue(!twice || again.counters().get(Happening.JOURNAL_DAMAGED) > 0, () -> where + got);
            }
        });
    }

    /** Has orders written down, and word of the last does not get through. */
    private static void sell(Sim sim, Node shop, Node desk) {
        Set<String> written = new HashSet<>();
        write(desk, order -> {
            written.add(order);
            if (written.size() == COUNT) {
                sim.partition(shop, desk); // so it comes again
            }
        });
        for (int i = 0; i < COUNT; i++) {
            shop.publisher(ORDERS).send("order " + i);
            sim.run(Duration.ofMillis(sim.chance().nextInt(10)));
        }
        assertTrue(sim.runUntil(() -> written.size() == COUNT, LIMIT));
        sim.run(Duration.ofSeconds(1)); // what was sent is in its log
    }

    /** In what was written, more often than not at its end. */
    private static String flip(Sim sim) {
        FaultyStorage disk = sim.disk("desk").files();
        byte[] bytes = new byte[disk.open(INBOX).size()];
        disk.open(INBOX).view().get(bytes);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        int at = sim.chance().chance(0.5)
                ? sim.chance().nextInt(end)
                : end - 1 - sim.chance().nextInt(100);
        int bit = sim.chance().nextInt(8);
        disk.flip(INBOX, at, bit);
        return "byte " + at + " of " + end + ", bit " + bit + ": ";
    }
}
