package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Sender;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.testkit.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A program is replaced by one whose codec is another. What waits in the journal is not given to readers that would take it for
 * something else: the channel does not open, and nothing of it is lost.
 */
@Timeout(120)
class ChangedCodecSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Topic<String> ORDERS = topic(Codec.utf8());
    private static final WorkQueue<String> JOBS = queue(Codec.utf8());
    private static final WorkQueue<Integer> NUMBERS = queue(Codec.int32());

    private final List<Object> got = new ArrayList<>();

    private static <T> Topic<T> topic(Codec<T> codec) {
        return Topic.of("orders", codec).durable();
    }

    private static <T> WorkQueue<T> queue(Codec<T> codec) {
        return WorkQueue.of("jobs", codec).durable();
    }

    private void took(Message<?> message) {
        got.add(message.value());
    }

    private static void refused(Supplier<Sender<?>> opening, String channel, String written, String now) {
        ParleyException refused = assertThrows(ParleyException.class, opening::get);
        assertEquals(ErrorCode.CODEC_MISMATCH, refused.code());
        for (String part : List.of(channel, "codec " + written, "codec " + now)) {
            assertTrue(String.valueOf(refused.getMessage()).contains(part), refused::toString);
        }
    }

    @Test
    void shouldRefuseACodecThatDoesNotReadWhatWaitsAndLoseNothingP34() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            a.pusher(JOBS).send("one");
            a.publisher(ORDERS).send("two");
            sim.crash(a);
            Node other = sim.restart(a);
            for (int i = 0; i < 2; i++) {
                refused(() -> other.pusher(NUMBERS), "queue jobs", "utf8", "int32");
                refused(() -> other.publisher(topic(Codec.int64())), "topic orders", "utf8", "int64");
            }
            other.close();
            Node again = sim.restart(other);
            again.pusher(JOBS).send("three");
            again.publisher(ORDERS).send("four");
            Node b = node(sim, "b");
            b.pull(JOBS, this::took);
            b.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), this::took);
            assertTrue(sim.runUntil(() -> got.size() == 4, LIMIT), got::toString);
            assertTrue(got.containsAll(List.of("one", "two", "three", "four")), got::toString);
            assertEquals(0, again.counters().getOrDefault(Happening.MESSAGE_DEAD, 0L));
            assertEquals(0, b.counters().getOrDefault(Happening.DECODING_FAILED, 0L));
        }
    }

    @Test
    void shouldGiveOutWithoutACodecWhatAnotherOneDoesNotReadP34() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = node(sim, "a");
            a.pusher(JOBS).send("one");
            sim.cutPower(a);
            Node again = sim.restart(a);
            refused(() -> again.pusher(NUMBERS), "queue jobs", "utf8", "int32");
            Sender<byte[]> served = again.reopen(new ChannelId(Kind.QUEUE, "jobs"));
            Node b = node(sim, "b");
            b.pull(JOBS, this::took);
            assertTrue(sim.runUntil(() -> got.contains("one"), LIMIT));
            sim.run(Duration.ofSeconds(1));
            served.close();
            b.close();

            again.pusher(NUMBERS).send(2);

            node(sim, "c").pull(NUMBERS, this::took);
            assertTrue(sim.runUntil(() -> got.size() == 2, LIMIT), got::toString);
            assertEquals(List.of("one", 2), got);
        }
    }

    @Test
    void shouldRememberTheCodecsBeforeTheLastAsLongAsSomethingOfThemWaitsP34() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = node(sim, "a");
            a.pusher(NUMBERS).send(1);
            sim.crash(a);
            Node second = sim.restart(a);
            second.pusher(queue(Codec.bytes())).send(new byte[] {'t', 'w', 'o'}); // that reads everything
            sim.crash(second);
            Node third = sim.restart(second);
            refused(() -> third.pusher(JOBS), "queue jobs", "int32", "utf8"); // and this reads bytes
            third.pusher(queue(Codec.bytes()));
            Node b = node(sim, "b");
            b.pull(queue(Codec.bytes()), m -> got.add(m.value().length));
            assertTrue(sim.runUntil(() -> got.size() == 2, LIMIT), got::toString);
            sim.run(Duration.ofSeconds(1));
            b.close();
            third.close();

            Node fourth = sim.restart(third);
            fourth.pusher(JOBS).send("three");

            node(sim, "c").pull(JOBS, this::took);
            assertTrue(sim.runUntil(() -> got.contains("three"), LIMIT), got::toString);
            assertEquals(List.of(4, 3, "three"), got);
        }
    }

    @Test
    void shouldRefuseACodecThatDoesNotReadWhatTransactionsStillSendP34() {
        Topic<String> invoices = Topic.of("invoices", Codec.utf8()).durable();
        try (Sim sim = Sim.seeded(4)) {
            Node shop = node(sim, "shop");
            Node billing = node(sim, "billing");
            billing.transact(ORDERS.reader("billing"), (m, tx) -> {
                tx.send(billing.publisher(invoices), "invoice for " + m.value());
                billing.publisher(invoices).close();
                sim.run(Duration.ofSeconds(1)); // its files are closed now: it waits in the inbox
            });
            shop.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            shop.publisher(ORDERS).send("one");
            shop.publisher(ORDERS).flush(Stage.PROCESSED, LIMIT);
            sim.crash(billing);
            Node again = sim.restart(billing);
            Topic<Long> numbers = Topic.of("invoices", Codec.int64()).durable();

            refused(() -> again.publisher(numbers), "topic invoices", "utf8", "int64");

            again.publisher(invoices);
            node(sim, "c").subscribe(invoices.reader("books").from(Start.EARLIEST), this::took);
            assertTrue(sim.runUntil(() -> !got.isEmpty(), LIMIT));
            assertEquals(List.of("invoice for one"), got);
        }
    }
}
