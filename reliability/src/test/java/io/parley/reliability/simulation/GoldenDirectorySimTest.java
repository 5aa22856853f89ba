package io.parley.reliability.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A data directory that version 1 of the layouts left is read: nodes, channels, segments, ledgers, see docs/journal.md. With
 * {@code -Dparley.golden=DIRECTORY} the files are written there anew; they only ever change with the layouts' version.
 */
@Timeout(60)
class GoldenDirectorySimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String GOLDEN = "/golden/v1/";
    private static final List<String> FILES = List.of(
            "node",
            "channel-topic-orders",
            "channel-queue-jobs",
            "log-topic-orders.0000000000000001.log",
            "log-topic-orders.0000000000000002.log",
            "log-queue-jobs.0000000000000001.log",
            "ledger-topic-orders.0000000000000001.log",
            "ledger-queue-jobs.0000000000000001.log");
    private static final int ROW = 32;
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(256 << 10).expect("audit");
    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable().capacity(256 << 10);

    @Test
    void shouldReadWhatVersionOneLeft() throws IOException {
        String anew = System.getProperty("parley.golden");
        if (anew != null) {
            leave(Path.of(anew));
        }
        FaultyStorage files = new FaultyStorage(1 << 30);
        for (String name : FILES) {
            restore(files, name);
        }
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

    private static void restore(FaultyStorage files, String name) throws IOException {
        try (InputStream in = GoldenDirectorySimTest.class.getResourceAsStream(GOLDEN + name + ".hex")) {
            List<String> lines = new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8)
                    .lines()
                    .toList();
            var file = files.create(name, Integer.parseInt(lines.get(0)));
            for (String line : lines.subList(1, lines.size())) {
                String[] parts = line.split(" ");
                file.write(ByteBuffer.wrap(HexFormat.of().parseHex(parts[1])), Integer.parseInt(parts[0]));
            }
            file.force();
            files.forceDirectory();
        }
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
            for (String name : FILES) {
                dump(sim.disk("sender").files(), name, directory);
            }
        }
    }

    /** The size, then each row that is not all zeros: where it begins, and its bytes. */
    private static void dump(FaultyStorage files, String name, Path directory) throws IOException {
        byte[] bytes = new byte[files.open(name).size()];
        files.open(name).view().get(bytes);
        StringBuilder text = new StringBuilder(bytes.length + "\n");
        for (int at = 0; at < bytes.length; at += ROW) {
            byte[] row = Arrays.copyOfRange(bytes, at, Math.min(at + ROW, bytes.length));
            if (!Arrays.equals(row, new byte[row.length])) {
                text.append(at)
                        .append(' ')
                        .append(HexFormat.of().formatHex(row))
                        .append('\n');
            }
        }
        Files.writeString(directory.resolve(name + ".hex"), text);
    }
}
