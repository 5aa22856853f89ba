package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import io.parley.testkit.log.FaultyStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A data directory that version 1 of the layouts left is read: nodes, channels, segments, ledgers, see docs/journal.md. */
@Timeout(60)
class GoldenDirectorySimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String GOLDEN = "v1";
    private static final List<String> FILES = List.of(
            "node",
            "channel-topic-orders",
            "channel-queue-jobs",
            "log-topic-orders.0000000000000001.log",
            "log-topic-orders.0000000000000002.log",
            "log-queue-jobs.0000000000000001.log",
            "ledger-topic-orders.0000000000000001.log",
            "ledger-queue-jobs.0000000000000001.log");
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(256 << 10).expect("audit");
    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable().capacity(256 << 10);

    @Test
    void shouldReadWhatVersionOneLeft() throws IOException {
        Path anew = GoldenFiles.anew(GOLDEN);
        if (anew != null) {
            leave(anew);
        }
        FaultyStorage files = GoldenFiles.restored(GOLDEN, FILES);
        try (Sim sim = Sim.seeded(2)) {
            Node sender = sim.node("sender", builder -> builder.delivery(Journal.over(() -> files)));
            sender.publisher(ORDERS).send("new");
            sender.pusher(JOBS).send("new");
            Node reader = DurableWorld.node(sim, "reader");
            List<String> rest = new ArrayList<>();
            List<Message<String>> all = new ArrayList<>();
            List<String> jobs = new ArrayList<>();
            reader.subscribe(ORDERS.reader("billing"), m -> rest.add(m.value().trim()));
            reader.subscribe(ORDERS.reader("audit"), all::add);
            reader.pull(JOBS, m -> jobs.add(m.value()));
            assertTrue(sim.runUntil(() -> all.size() == 13 && rest.size() == 9 && jobs.size() == 5, LIMIT));
            assertEquals(List.of("order 4", "order 5"), rest.subList(0, 2));
            assertEquals("order 0", all.get(0).value().trim());
            assertEquals("eu", all.get(0).headers().get("region"));
            assertEquals("orders.eu.0", all.get(0).subject());
            assertEquals(List.of(1L, 2L, 3L), List.of(epoch(all, 0), epoch(all, 11), epoch(all, 12)));
            assertEquals(
                    List.of("job 4", "job 5", "job 6", "job 7", "new"),
                    jobs.stream().sorted().toList());
        }
    }

    private static long epoch(List<Message<String>> messages, int place) {
        return messages.get(place).id().epoch();
    }

    /** Two runs of a sender: the first ends in order, the second is killed. */
    private static void leave(Path directory) throws IOException {
        try (Sim sim = Sim.seeded(1)) {
            Node sender = DurableWorld.node(sim, "sender");
            Node reader = DurableWorld.node(sim, "reader");
            List<String> got = new ArrayList<>();
            reader.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
            reader.pull(JOBS, m -> got.add(m.value()));
            sender.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            for (int i = 0; i < 4; i++) {
                sender.publisher(ORDERS)
                        .send(Outgoing.of("order " + i + " ".repeat(40))
                                .subject("eu." + i)
                                .key("k")
                                .header("region", "eu"));
                sender.pusher(JOBS).send("job " + i);
            }
            assertTrue(sim.runUntil(() -> got.size() == 8, LIMIT));
            sim.run(Duration.ofSeconds(1));
            reader.close();
            sender.close();
            Node again = sim.restart(sender);
            for (int i = 4; i < 12; i++) {
                again.publisher(ORDERS).send("order " + i + "\0".repeat(3_000));
                again.publisher(ORDERS).flush(Stage.JOURNALED, LIMIT);
            }
            for (int i = 4; i < 8; i++) {
                again.pusher(JOBS).send("job " + i);
            }
            sim.crash(again);
            GoldenFiles.dump(sim.disk("sender").files(), FILES, directory);
        }
    }
}
