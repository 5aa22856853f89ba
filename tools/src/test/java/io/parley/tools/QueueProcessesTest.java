package io.parley.tools;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues between processes. */
@Tag("processes")
@Timeout(120)
@Execution(CONCURRENT)
class QueueProcessesTest {
    private static final int MANY = 20_000;

    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @Test
    void shouldGiveEachMessageToOneOfThreePullers() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "--wait", "3");
        List<Cli> pullers = pullers(3, push.address());
        push.input(numbers(MANY));
        assertEquals(0, push.exit(), () -> push.errors().toString());

        List<String> printed = new ArrayList<>();
        for (Cli puller : pullers) {
            assertEquals(0, puller.signal("INT").exit(), () -> puller.errors().toString());
            assertFalse(puller.lines().isEmpty(), "a puller without work");
            printed.addAll(puller.lines());
        }
        assertEquals(MANY, printed.size());
        assertEquals(Set.of(), missing(MANY, printed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zmq", "zmtp"})
    void shouldLoseNothingAndMarkWhatRunsAgainWhenAPullerIsKilled(String transport)
            throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "--wait", "3", "--rate", "10000", "--transport", transport);
        List<Cli> pullers = pullers(3, push.address(), "--json", "--transport", transport);
        push.input(numbers(MANY));
        Cli victim = pullers.get(0);
        victim.awaitLines(1_000);
        victim.kill();
        assertEquals(0, push.exit(), () -> push.errors().toString());

        victim.exit();
        Map<String, Integer> unmarked = new HashMap<>();
        Set<String> printed = new HashSet<>();
        for (Cli puller : pullers) {
            if (puller != victim) {
                assertEquals(0, puller.signal("TERM").exit());
            }
            for (Map<String, Object> message : puller.objects()) {
                printed.add(JsonReader.text(message, "message"));
                boolean marked = Boolean.TRUE.equals(message.get("redelivered"));
                unmarked.merge(JsonReader.text(message, "id"), marked ? 0 : 1, Integer::sum);
            }
        }
        assertEquals(Set.of(), missing(MANY, printed));
        assertEquals(MANY, unmarked.size(), "ids");
        assertTrue(unmarked.values().stream().allMatch(count -> count <= 1), "a repetition that is not marked");
    }

    @Test
    void shouldConfirmWhatWasProcessedAndTellTheAttempt() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "a", "b", "--json", "--key", "k");
        Cli pull = start("pull", "jobs", "--peer", push.address(), "--json", "--count", "2", "--fail-first", "1");
        assertEquals(0, push.exit(), () -> push.errors().toString());
        assertEquals(0, pull.exit(), () -> pull.errors().toString());

        assertEquals(Set.of("a", "b"), Set.copyOf(texts(push, "message"))); // as each is confirmed
        assertEquals(List.of("PROCESSED", "PROCESSED"), texts(push, "stage"));
        assertEquals(List.of("a", "b"), texts(pull, "message"));
        assertEquals(Set.copyOf(texts(push, "id")), Set.copyOf(texts(pull, "id")));
        assertEquals(
                List.of(2L, 2L),
                pull.objects().stream().map(line -> line.get("attempt")).toList());
        assertEquals(List.of("jobs", "jobs"), texts(pull, "subject"));
    }

    @Test
    void shouldLeaveToOthersWhatAPullerDidNotWant() throws IOException, InterruptedException {
        Cli push = start("push", "jobs");
        push.input(numbers(100));
        Cli few = start("pull", "jobs", "--peer", push.address(), "--count", "3");
        assertEquals(0, few.exit(), () -> few.errors().toString());
        assertEquals(List.of("1", "2", "3"), few.lines());
        Cli rest = start("pull", "jobs", "--peer", push.address(), "--count", "97");
        assertEquals(0, rest.exit(), () -> rest.errors().toString());
        assertEquals(0, push.exit(), () -> push.errors().toString());

        Set<String> printed = new HashSet<>(rest.lines());
        printed.addAll(few.lines());
        assertEquals(Set.of(), missing(100, printed));
    }

    @Test
    void shouldRunACommandForEachMessageAndTellWhenItFails() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "hello");
        Cli pull = start("pull", "jobs", "--peer", push.address(), "--count", "1", "--exec", "echo got $(cat)");
        assertEquals(0, push.exit(), () -> push.errors().toString());
        assertEquals(0, pull.exit(), () -> pull.errors().toString());
        assertEquals(List.of("hello"), pull.lines());
        assertTrue(pull.errors().contains("got hello"), () -> pull.errors().toString());
    }

    @Test
    void shouldShowBytesThatAreNoText() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "--json").input(new byte[] {(byte) 0xff, '\n'});
        Cli pull = start("pull", "jobs", "--peer", push.address(), "--json", "--count", "1");
        assertEquals(0, push.exit(), () -> push.errors().toString());
        assertEquals(0, pull.exit(), () -> pull.errors().toString());
        assertEquals(List.of("/w=="), texts(pull, "message64"));
        assertEquals(List.of("/w=="), texts(push, "message64"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zmtp", "zmq"})
    void shouldCarryMessagesOfSixteenMebibytes(String transport) throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "--size", "16MiB", "--count", "2", "--transport", transport);
        List<String> pulling = List.of("--count", "2", "--exec", "wc -c", "--transport", transport);
        Cli pull = pullers(1, push.address(), pulling.toArray(String[]::new)).get(0);
        assertEquals(0, push.exit(), () -> push.errors().toString());
        assertEquals(0, pull.exit(), () -> pull.errors().toString());
        assertEquals(
                2,
                pull.errors().stream().filter("16777216"::equals).count(),
                () -> pull.errors().toString());
        assertEquals(
                List.of(16 << 20, 16 << 20),
                pull.lines().stream().map(String::length).toList());
    }

    @Test
    void shouldRefuseAtTheSenderWhatIsTooLarge() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "--size", "20MiB");
        assertEquals(1, push.exit());
        assertTrue(
                push.errors().stream()
                        .anyMatch(
                                line -> line.startsWith("MESSAGE_TOO_LARGE: ") && line.contains("maxMessage=16810008")),
                () -> push.errors().toString());
    }

    private List<Cli> pullers(int count, String address, String... more) throws IOException {
        List<Cli> pullers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String[] arguments = Stream.concat(Stream.of("pull", "jobs", "--peer", address), Stream.of(more))
                    .toArray(String[]::new);
            pullers.add(start(arguments));
        }
        return pullers;
    }

    private Cli start(String... arguments) throws IOException {
        Cli cli = Cli.start(arguments);
        started.add(cli);
        return cli;
    }

    private static List<String> texts(Cli cli, String name) {
        return cli.objects().stream().map(line -> JsonReader.text(line, name)).toList();
    }

    private static String numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> i + "\n").collect(joining());
    }

    private static Set<String> missing(int count, Collection<String> printed) {
        Set<String> missing = new TreeSet<>();
        IntStream.rangeClosed(1, count).forEach(i -> missing.add(Integer.toString(i)));
        missing.removeAll(Set.copyOf(printed));
        return missing;
    }
}
