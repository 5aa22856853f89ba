package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.Transaction;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Flush;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Effectively once: whoever dies, and whenever, each order has its invoices once. */
@Timeout(600)
class TransactionSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(1 << 20);
    private static final Topic<String> INVOICES =
            Topic.of("invoices", Codec.utf8()).durable().capacity(4 << 20);
    private static final Topic<String> COPIES =
            Topic.of("copies", Codec.utf8()).durable().capacity(4 << 20);

    @Test
    void shouldSendTheOutputOfEachMessageOnceWhoeverDiesP23() {
        Seeds.forEach(3, seed -> new World(seed, Flush.ALWAYS).play());
    }

    @Test
    void shouldLoseNothingToLsnsThatAreGivenAgainAfterAPowerCutP7() {
        Seeds.forEach(2, seed -> new World(seed, Flush.OS).play());
    }

    /** A shop that sells, a desk that writes invoices and copies by transactions, and an audit that reads them. */
    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private final Flush shopFlush;
        private Node shop;
        private Node desk;
        private final Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
        private final Set<String> lasting = new HashSet<>();
        private final Map<String, Integer> got = new HashMap<>();
        private final List<Node> alive = new ArrayList<>();
        private int sent;

        World(long seed, Flush shopFlush) {
            sim = Sim.seeded(seed);
            chance = sim.chance().split();
            this.shopFlush = shopFlush;
            shop = node("shop", shopFlush);
            desk = node("desk", Flush.ALWAYS);
            alive.addAll(List.of(shop, desk));
        }

        private Node node(String name, Flush flush) {
            return sim.node(
                    name,
                    builder -> builder.delivery(Journal.over(sim.disk(name)).flush(flush)));
        }

        void play() {
            try (sim) {
                write(desk);
                Node audit = node("audit", Flush.ALWAYS);
                audit.subscribe(INVOICES.reader("audit").from(Start.EARLIEST), this::count);
                audit.subscribe(COPIES.reader("audit").from(Start.EARLIEST), this::count);
                Mishaps deaths = new Mishaps(sim, () -> alive)
                        .every(Duration.ofMillis(700))
                        .of(EnumSet.of(Kind.CRASH, Kind.POWER_CUT))
                        .onDeath(this::replace)
                        .begin();
                Mishaps others = new Mishaps(sim, () -> alive)
                        .every(Duration.ofMillis(1_500))
                        .of(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.CLOCK_JUMP))
                        .begin();
                for (int i = 0; i < 200; i++) {
                    sim.after(Duration.ofMillis(chance.nextInt(10_000)), this::sell);
                }
                sim.run(Duration.ofSeconds(12));
                deaths.end();
                others.end();
                sim.run(Duration.ofSeconds(5));
                audit.subscribe(ORDERS.reader("check").from(Start.EARLIEST), order -> lasting.add(name(order)));
                sim.run(Duration.ofSeconds(15));
                assertTrue(
                        sim.runUntil(() -> missing().isEmpty(), LIMIT),
                        () -> "missing " + missing() + "\n" + deaths + others);
                sim.run(Duration.ofSeconds(15)); // what comes twice comes now
                assertEquals(List.of(), repeated());
                assertTrue(lasting.size() > 10, () -> "only " + lasting.size());
            }
        }

        private void count(Message<String> message) {
            got.merge(name(message), 1, Integer::sum);
        }

        private static String name(Message<String> message) {
            return message.value().split(" ", -1)[0];
        }

        private List<String> missing() {
            return lasting().stream()
                    .flatMap(order -> outputs(order).stream())
                    .filter(output -> !got.containsKey(output))
                    .toList();
        }

        private List<String> repeated() {
            return got.entrySet().stream()
                    .filter(entry -> entry.getValue() > 1)
                    .map(Object::toString)
                    .toList();
        }

        /** Orders that are there for ever: those that a shop that forces said so of, and those that its log has in the end. */
        private Set<String> lasting() {
            receipts.forEach((order, receipt) -> {
                if (receipt.isDone() && !receipt.isCompletedExceptionally() && shopFlush.equals(Flush.ALWAYS)) {
                    lasting.add(order);
                }
            });
            return lasting;
        }

        private static List<String> outputs(String order) {
            return List.of("invoice-" + order, "copy-" + order);
        }

        private void sell() {
            Node from = shop;
            sim.after(from, Duration.ZERO, () -> {
                String order = "o" + sent++;
                receipts.put(
                        order,
                        from.publisher(ORDERS)
                                .sendAsync(
                                        Outgoing.of(order + " " + "x".repeat(chance.nextInt(2_000))), Stage.JOURNALED));
            });
        }

        private void write(Node node) {
            Publisher<String> invoices = node.publisher(INVOICES);
            Publisher<String> copies = node.publisher(COPIES);
            RetryPolicy patient = new RetryPolicy(1_000, 5, Duration.ofMillis(5), Duration.ofMillis(50));
            node.transact(
                    ORDERS.reader("desk").from(Start.EARLIEST).retry(patient).exhausted(Exhausted.STOP),
                    (message, tx) -> {
                        if (chance.chance(0.1)) {
                            sim.run(Duration.ofMillis(chance.nextInt(50)));
                        }
                        send(message, tx, invoices, copies);
                        if (chance.chance(0.1)) {
                            throw new IllegalStateException("not today");
                        }
                    });
        }

        private void send(
                Message<String> message, Transaction tx, Publisher<String> invoices, Publisher<String> copies) {
            String order = name(message);
            String text = " " + "y".repeat(chance.nextInt(5_000));
            tx.send(invoices, "invoice-" + order + text);
            tx.send(copies, "copy-" + order + text);
        }

        private void replace(Node dead) {
            alive.remove(dead);
            sim.after(Duration.ofMillis(chance.nextInt(1_000)), () -> {
                Node again = sim.restart(dead);
                alive.add(again);
                if (dead == shop) {
                    shop = again;
                    sim.after(again, Duration.ZERO, () -> again.publisher(ORDERS));
                } else {
                    desk = again;
                    sim.after(again, Duration.ZERO, () -> write(again));
                }
            });
        }
    }
}
