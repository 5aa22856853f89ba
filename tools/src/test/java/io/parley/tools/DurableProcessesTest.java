package io.parley.tools;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/** What processes keep on disk outlives them. */
@Tag("processes")
@Timeout(120)
@Execution(CONCURRENT)
class DurableProcessesTest {
    private static final int MANY = 2_000;

    @TempDir
    private Path directory;

    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @Test
    void shouldServeWhatSendersLeftThatHaveEnded() throws IOException, InterruptedException {
        String data = directory.resolve("made/of/it").toString();
        Cli pub =
                start("pub", "news.all", "--durable", "--data", data, "--json").input(numbers(1, MANY));
        assertEquals(0, pub.exit(), () -> pub.errors().toString());
        assertEquals(MANY, texts(pub, "message").size());
        assertEquals(Set.of("JOURNALED"), Set.copyOf(texts(pub, "stage")));
        Cli push = start("push", "jobs", "a", "b", "--durable", "--data", data);
        assertEquals(0, push.exit(), () -> push.errors().toString());

        Cli serve = start("serve", "--data", data);
        String address = serve.address();
        Cli pull = start("pull", "jobs", "--durable", "--count", "2", "--peer", address);
        Cli all = read("all", address, "--from", "earliest", "--count", Integer.toString(MANY));
        Cli last = read("last", address, "--from", "last:3", "--count", "3");
        assertEquals(0, all.exit(), () -> all.errors().toString());
        assertEquals(IntStream.rangeClosed(1, MANY).mapToObj(Integer::toString).toList(), all.lines());
        assertEquals(0, last.exit(), () -> last.errors().toString());
        assertEquals(List.of("1998", "1999", "2000"), last.lines());
        assertEquals(0, pull.exit(), () -> pull.errors().toString());
        assertEquals(Set.of("a", "b"), Set.copyOf(pull.lines()));
        assertEquals(0, serve.signal("TERM").exit(), () -> serve.errors().toString());
    }

    @Test
    void shouldLetOneProcessReadUnderANameAndTheNextWhenItIsKilled() throws IOException, InterruptedException {
        String data = directory.resolve("sender").toString();
        Cli before = start("pub", "news.all", "1", "--durable", "--data", data);
        assertEquals(0, before.exit(), () -> before.errors().toString());
        Cli pub = start("pub", "news.all", "--durable", "--data", data);
        Cli first = read("billing", pub.address(), "--from", "earliest");
        first.awaitLines(1);
        Cli second = read("billing", pub.address(), "--from", "earliest");
        second.awaitErrorWith("billing is read by");
        assertEquals(List.of(), second.lines());

        first.kill();
        pub.input("2\n3\n");
        assertEquals(0, pub.exit(), () -> pub.errors().toString());
        assertEquals(0, second.signal("TERM").exit());
        List<String> got = second.lines(); // with 1 again where its reader was killed before that was acknowledged
        assertTrue(got.equals(List.of("2", "3")) || got.equals(List.of("1", "2", "3")), got::toString);
    }

    @Test
    void shouldStayUntilAllIsProcessedWhereThatIsWanted() throws IOException, InterruptedException {
        String data = directory.resolve("sender").toString();
        Cli given = start("push", "jobs", "a", "--durable", "--data", data, "--json", "--until", "processed");
        given.awaitLines(1);
        Cli ended = start("pull", "jobs", "--durable", "--count", "1", "--peer", given.address());
        assertEquals(0, ended.exit(), () -> ended.errors().toString());
        assertEquals(0, given.exit(), () -> given.errors().toString());
        assertEquals(List.of("JOURNALED"), texts(given, "stage"));

        Cli worker = start("pull", "jobs", "--durable", "--count", "2");
        Cli met = start("push", "jobs", "b", "c", "--durable", "--data", data, "--peer", worker.address());
        assertEquals(0, met.exit(), () -> met.errors().toString());
        assertEquals(0, worker.exit(), () -> worker.errors().toString());
        assertEquals(List.of("b", "c"), worker.lines());

        Cli alone = start("push", "jobs", "d", "--durable", "--data", data, "--json", "--until", "processed");
        alone.awaitLines(1);
        assertEquals(1, alone.signal("INT").exit());
        assertTrue(
                alone.errors().stream().anyMatch(line -> line.contains("all are in the journal")),
                () -> alone.errors().toString());
    }

    private Cli read(String name, String address, String... more) throws IOException {
        return start(with(more, "sub", "news.#", "--durable", name, "--peer", address));
    }

    private static String[] with(String[] more, String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private Cli start(String... arguments) throws IOException {
        Cli cli = Cli.start(arguments);
        started.add(cli);
        return cli;
    }

    private static List<String> texts(Cli cli, String name) {
        return cli.objects().stream().map(line -> JsonReader.text(line, name)).toList();
    }

    private static String numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> i + "\n").collect(joining());
    }
}
