package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.DeadLetter;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Death;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import io.parley.testkit.log.FaultyStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What version 1 of the layouts left of tries is read: what a ledger says of failures, counts and starts, a dead letter, and an
 * inbox with an output that is in no log yet, a channel that had another codec before, see docs/journal.md.
 */
@Timeout(60)
class GoldenTriesSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String GOLDEN = "v1-tries";
    private static final List<String> FILES = List.of(
            "node",
            "channel-queue-jobs",
            "channel-topic-orders",
            "channel-topic-invoices",
            "log-queue-jobs.0000000000000001.log",
            "log-topic-orders.0000000000000001.log",
            "ledger-queue-jobs.0000000000000001.log",
            "ledger-topic-orders.0000000000000001.log",
            "dead-queue-jobs.0000000000000001.log",
            "inbox.0000000000000001.log");
    private static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8())
            .durable()
            .capacity(256 << 10)
            .retry(new RetryPolicy(3, 5, Duration.ofSeconds(10), Duration.ofSeconds(10)));
    private static final Topic<String> ORDERS = order(Codec.utf8());
    private static final Topic<String> INVOICES =
            Topic.of("invoices", Codec.utf8()).durable().capacity(256 << 10);

    private static <T> Topic<T> order(Codec<T> codec) {
        return Topic.of("orders", codec).durable().capacity(256 << 10);
    }

    private static void fail(Message<String> message) {
        throw new IllegalStateException("no " + message.value() + " " + message.attempt());
    }

    @Test
    void shouldReadWhatVersionOneLeft() throws IOException {
        Path anew = GoldenFiles.anew(GOLDEN);
        if (anew != null) {
            leave(anew);
        }
        FaultyStorage files = GoldenFiles.restored(GOLDEN, FILES);
        try (Sim sim = Sim.seeded(2)) {
            Node node = sim.node("node", builder -> builder.delivery(Journal.over(() -> files)));
            Map<String, Death> dead = new HashMap<>();
            node.pusher(JOBS).onDead(letter -> keep(dead, letter));
            node.deadLetters(JOBS).forEach(letter -> keep(dead, letter));
            assertEquals(1, dead.size(), dead::toString);
            Death hopeless = dead.get("hopeless");
            assertEquals(Death.Reason.ATTEMPTS, hopeless.reason());
            assertEquals(
                    "no hopeless 3", hopeless.cause().substring(hopeless.cause().indexOf("no ")));
            assertEquals(3, hopeless.failures().size());

            DurableWorld.node(sim, "worker").pull(JOBS, GoldenTriesSimTest::fail);
            assertTrue(sim.runUntil(() -> dead.size() == 3, LIMIT), dead::toString);
            Death later = dead.get("later");
            assertEquals(3, later.attempts());
            assertTrue(later.failures().get(0).cause().contains("no later 1"), later::toString);
            Death begun = dead.get("begun");
            assertEquals(1, begun.deaths(), begun::toString);
            assertEquals(Death.Failure.Kind.DIED, begun.failures().get(0).kind());

            ParleyException refused = assertThrows(ParleyException.class, () -> node.publisher(order(Codec.int64())));
            assertTrue(String.valueOf(refused.getMessage()).contains("written with codec bytes"), refused::toString);

            TreeSet<String> invoices = new TreeSet<>();
            node.publisher(INVOICES);
            DurableWorld.node(sim, "books")
                    .subscribe(INVOICES.reader("books").from(Start.EARLIEST), m -> invoices.add(m.value()));
            assertTrue(sim.runUntil(() -> !invoices.isEmpty(), LIMIT));
            assertEquals(List.of("invoice for one"), List.copyOf(invoices));
        }
    }

    private static void keep(Map<String, Death> dead, DeadLetter<String> letter) {
        dead.put(letter.message().value(), letter.death());
    }

    /** A run that is killed: a message is dead, one waits for its third try, one was begun by its sender's own process. */
    private static void leave(Path directory) throws IOException {
        try (Sim sim = Sim.seeded(1)) {
            Node node = DurableWorld.node(sim, "node");
            int[] tries = new int[2];
            Node worker = DurableWorld.node(sim, "worker");
            worker.pull(JOBS, m -> {
                tries[m.value().equals("later") ? 1 : 0]++;
                fail(m);
            });
            node.pusher(JOBS).send(Outgoing.of("hopeless").header("h", "x"));
            assertTrue(sim.runUntil(() -> node.deadLetters(JOBS).count() == 1, LIMIT));
            node.pusher(JOBS).send("later");
            assertTrue(sim.runUntil(() -> tries[1] == 2, LIMIT));
            worker.close();
            node.publisher(order(Codec.bytes())).send(new byte[] {'z'});
            node.publisher(order(Codec.bytes())).close();
            node.transact(ORDERS.reader("billing"), (order, tx) -> {
                tx.send(node.publisher(INVOICES), "invoice for " + order.value());
                node.publisher(INVOICES).close();
                sim.run(Duration.ofSeconds(1)); // its files are closed now
            });
            node.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            node.publisher(ORDERS).send("one");
            node.publisher(ORDERS).flush(Stage.PROCESSED, LIMIT);
            boolean[] begun = {false};
            node.pull(JOBS, m -> {
                begun[0] = true;
                sim.run(Duration.ofDays(1));
            });
            node.pusher(JOBS).send("begun");
            assertTrue(sim.runUntil(() -> begun[0], LIMIT));
            sim.crash(node);
            GoldenFiles.dump(sim.disk("node").files(), FILES, directory);
        }
    }
}
