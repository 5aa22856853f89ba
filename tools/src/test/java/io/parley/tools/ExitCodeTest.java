package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** How commands end. */
@Tag("processes")
@Timeout(120)
@Execution(CONCURRENT)
class ExitCodeTest {
    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @ParameterizedTest
    @CsvSource({
        "'push', WRONG_USE: ",
        "'nothing', WRONG_USE: ",
        "'pull jobs --timeout soon', WRONG_USE: ",
        "'pub news x --size 3', INVALID_ARGUMENT: ",
        "'pull not.a.queue', INVALID_ARGUMENT: ",
        "'pub news.* x', INVALID_ARGUMENT: ",
        "'sub news.#.x', INVALID_ARGUMENT: ",
        "'sub news --peer somewhere', INVALID_ARGUMENT: ",
        "'sub news --transport pigeon', INVALID_ARGUMENT: ",
        "'reply length', WRONG_USE: ",
        "'reply length --echo --exec cat', WRONG_USE: ",
        "'request not.a.service x', INVALID_ARGUMENT: ",
        "'request length x --count -1', INVALID_ARGUMENT: ",
        "'push jobs x --durable', 'INVALID_ARGUMENT: --durable keeps messages on disk'",
        "'pub news x --durable', 'INVALID_ARGUMENT: --durable keeps messages on disk'",
        "'pub news x --until journaled', INVALID_ARGUMENT: ",
        "'pub news x --durable --data d --until soon', WRONG_USE: ",
        "'pub news x --durable --data d --reliable', INVALID_ARGUMENT: ",
        "'sub news --durable', WRONG_USE: ",
        "'sub news --durable a --from yesterday', WRONG_USE: ",
        "'sub news --durable a --from last:-1', WRONG_USE: ",
        "'sub # --durable a', INVALID_ARGUMENT: ",
        "'serve', INVALID_ARGUMENT: ",
        "'queue', WRONG_USE: ",
        "'queue show', WRONG_USE: ",
        "'queue show not.a.queue', INVALID_ARGUMENT: ",
        "'queue ls --data no/such/directory', INVALID_ARGUMENT: ",
        "'dead', WRONG_USE: ",
        "'dead ls', WRONG_USE: ",
        "'dead ls --data no/such/directory', INVALID_ARGUMENT: ",
        "'dead show --data .', WRONG_USE: ",
        "'dead show 17 --data .', INVALID_ARGUMENT: ",
        "'dead redrive jobs/1/1', INVALID_ARGUMENT: ",
        "'dead redrive jobs/1/x --data .', INVALID_ARGUMENT: ",
        "'dead redrive jobs/1/1 --data no/such/directory', INVALID_ARGUMENT: ",
        "'dead redrive --data .', INVALID_ARGUMENT: ",
        "'dead redrive jobs/1/1 --all jobs --data .', INVALID_ARGUMENT: ",
        "'dead discard jobs/1/1', INVALID_ARGUMENT: ",
        "'bench pushpull --size 1', INVALID_ARGUMENT: ",
    })
    void shouldEndWith2WhenItIsUsedWrongly(String arguments, String error) {
        StringWriter errors = new StringWriter();
        String[] words = arguments.split(" ", -1);
        CommandLine command = Main.commandLine(words).setErr(new PrintWriter(errors, true));
        assertEquals(2, command.execute(words));
        assertTrue(errors.toString().startsWith(error), errors::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "sub news --timeout 300ms",
        "sub news --timeout 300ms --count 3 --mdns off",
        "pull jobs --timeout 0.3",
        "pub news x --wait 1 --timeout 300ms",
        "push jobs x --wait 1 --timeout 300ms",
        "request length x --wait 1 --timeout 300ms",
        "reply length --echo --timeout 300ms",
        "peers --timeout 300ms",
        "explain jobs --timeout 300ms",
        "queue ls --timeout 300ms",
    })
    void shouldEndWith3WhenTheTimeIsOver(String arguments) throws IOException, InterruptedException {
        Cli cli = start(arguments.split(" ", -1));
        assertEquals(3, cli.exit(), () -> cli.errors().toString());
        assertTrue(
                cli.errors().stream().anyMatch(line -> line.startsWith("TIMEOUT: ")),
                () -> cli.errors().toString());
    }

    @Test
    void shouldEndWith1WhenItFails() throws IOException, InterruptedException {
        Cli first = start("sub", "news");
        Cli second = start("sub", "news", "--listen", first.address());
        assertEquals(1, second.exit());
        assertTrue(
                second.errors().get(0).startsWith("ADDRESS_IN_USE: "),
                () -> second.errors().toString());
    }

    @Test
    void shouldEndInOrderWhenASignalComes() throws IOException, InterruptedException {
        Cli endless = start("sub", "news");
        Cli pulling = start("pull", "jobs");
        Cli counting = start("pull", "jobs", "--count", "3");
        endless.address();
        pulling.address();
        counting.address();
        assertEquals(0, endless.signal("INT").exit(), () -> endless.errors().toString());
        assertEquals(0, pulling.signal("TERM").exit(), () -> pulling.errors().toString());
        assertEquals(1, counting.signal("INT").exit());
        assertTrue(counting.errors().stream().anyMatch(line -> line.startsWith("INTERRUPTED: ")));
    }

    @Test
    void shouldSayItsVersion() throws IOException, InterruptedException {
        Cli cli = start("--version");
        assertEquals(0, cli.exit());
        assertTrue(
                cli.lines().get(0).matches("parley \\d+\\.\\d+.*"),
                () -> cli.lines().toString());
    }

    @Test
    void shouldEndTheDemoByItselfWithNothingLost() throws IOException, InterruptedException {
        Cli demo = start("demo");
        assertEquals(0, demo.exit(), () -> demo.lines() + " " + demo.errors());
        assertTrue(demo.lines().contains("Nothing was lost."));
    }

    @Test
    void shouldMeasureBothPatterns() throws IOException, InterruptedException {
        for (String arguments : List.of(
                "bench pushpull --count 20000 --size 100",
                "bench pubsub --count 20000 --peers 2",
                "bench pushpull --count 20000 --mode reliable")) {
            Cli bench = start(arguments.split(" ", -1));
            assertEquals(0, bench.exit(), () -> bench.errors().toString());
            Map<String, Object> line = bench.objects().get(0);
            assertEquals(16_000L, line.get("messages"));
            assertTrue(JsonReader.number(line, "messagesPerSecond") > 0);
        }
    }

    private Cli start(String... arguments) throws IOException {
        Cli cli = Cli.start(arguments);
        started.add(cli);
        return cli;
    }
}
