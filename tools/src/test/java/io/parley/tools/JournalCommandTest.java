package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Pusher;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.identity.NodeId;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with the journals of a data directory. */
@Tag("processes")
@Timeout(120)
class JournalCommandTest {
    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable();

    @TempDir
    private Path data;

    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    private Cli journal(String command, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("journal", command, "--data", data.toString()));
        all.addAll(List.of(arguments));
        Cli cli = Cli.start(all.toArray(String[]::new));
        started.add(cli);
        return cli;
    }

    private NodeId push(int count) {
        try (Sim sim = Sim.seeded(1)) {
            Node node = sim.node("shop", builder -> builder.delivery(Journal.in(data)));
            Pusher<String> jobs = node.pusher(JOBS);
            for (int i = 1; i <= count; i++) {
                jobs.send("job-" + i);
            }
            node.close();
            return node.id();
        }
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(p -> p.getFileName().toString().startsWith("log-queue-jobs."))
                    .min(Path::compareTo)
                    .orElseThrow();
        }
    }

    private void damage(String payload) throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(payload);
        assertTrue(at > 0, "no " + payload);
        try (RandomAccessFile file = new RandomAccessFile(segment().toFile(), "rw")) {
            file.seek(at);
            file.write('J');
        }
    }

    @Test
    void shouldPrintWhatIsThere() throws IOException, InterruptedException {
        push(3);

        Cli dump = journal("dump", "jobs");
        assertEquals(0, dump.exit(), () -> dump.errors().toString());
        assertEquals(List.of("job-1", "job-2", "job-3"), dump.lines());
        Cli json = journal("dump", "--json");
        assertEquals(0, json.exit(), () -> json.errors().toString());
        assertTrue(json.lines().get(1).contains("\"lsn\":2"), json.lines()::toString);
        assertTrue(json.lines().get(1).contains("\"message\":\"job-2\""), json.lines()::toString);
        assertEquals(0, journal("verify").exit());
    }

    @Test
    void shouldNameEachDamagedRecordAndKeepAllOthers() throws IOException, InterruptedException {
        push(5);
        damage("job-3");

        Cli verify = journal("verify");
        assertEquals(1, verify.exit());
        assertTrue(
                verify.lines().stream().anyMatch(line -> line.startsWith("log-queue-jobs: 3 is damaged, in ")),
                verify.lines()::toString);
        assertEquals(0, journal("repair").exit());

        assertEquals(0, journal("verify").exit());
        Cli dump = journal("dump", "jobs");
        assertEquals(0, dump.exit());
        assertEquals(List.of("job-1", "job-2", "job-4", "job-5"), dump.lines());
        assertTrue(Files.exists(data.resolve("quarantine").resolve(segment().getFileName())));
    }

    @Test
    void shouldGiveTheDirectoryToAnotherNode() throws IOException, InterruptedException {
        NodeId before = push(2);
        Files.delete(data.resolve("node"));

        assertEquals(0, journal("repair", "--new-identity").exit());

        assertNotEquals(before, push(1));
        Cli dump = journal("dump", "jobs");
        assertEquals(0, dump.exit());
        assertEquals(List.of("job-1", "job-2", "job-1"), dump.lines());
    }

    @Test
    void shouldSayWhatIsWrongWithWhatItIsGiven() throws IOException, InterruptedException {
        Cli nowhere =
                Cli.start("journal", "verify", "--data", data.resolve("none").toString());
        started.add(nowhere);
        assertEquals(2, nowhere.exit());
        Cli empty = journal("dump");
        assertEquals(2, empty.exit());
        push(1);
        Cli other = journal("dump", "orders");
        assertEquals(2, other.exit());
        assertTrue(other.errors().get(0).contains("log-queue-jobs"), other.errors()::toString);
    }

    @Test
    void shouldPrintWhileANodeUsesItAndLeaveAllElseAlone() throws IOException, InterruptedException {
        try (Node node = Node.builder("shop")
                .listen("tcp://127.0.0.1:0")
                .transport(io.parley.transport.Zmtp.transport())
                .delivery(Journal.in(data))
                .open()) {
            node.pusher(JOBS).send("job-1");

            Cli dump = journal("dump", "jobs");
            assertEquals(0, dump.exit(), () -> dump.errors().toString());
            assertEquals(List.of("job-1"), dump.lines());
            for (String command : List.of("verify", "repair")) {
                Cli refused = journal(command);
                assertEquals(1, refused.exit());
                assertTrue(refused.errors().get(0).startsWith("DATA_IN_USE: "), refused.errors()::toString);
                assertTrue(refused.errors().get(0).contains("'shop'"), refused.errors()::toString);
            }
        }
    }
}
