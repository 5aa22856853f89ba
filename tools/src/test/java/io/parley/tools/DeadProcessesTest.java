package io.parley.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.DeadLetters;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Pusher;
import io.parley.core.WorkQueue;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.tools.node.Transports;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What processes do with messages that nobody can work on. */
@Tag("processes")
@Timeout(120)
class DeadProcessesTest {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final int LATEST_MILLIS = Boolean.getBoolean("parley.long") ? 150 : 2_000; // among other work
    private static final WorkQueue<byte[]> JOBS = WorkQueue.of("jobs", Codec.bytes())
            .durable()
            .retry(new RetryPolicy(5, 5, FIRST_PAUSE, Duration.ofMinutes(5)));

    @TempDir
    private Path directory;

    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @Test
    void shouldShowWhatFailsAlwaysAndDeliverItWhenItIsRedriven() throws IOException, InterruptedException {
        push(Outgoing.of("job".getBytes(UTF_8)).key("k").header("trace", "7"));
        Cli serve = start("serve", "--data", data());
        Cli fails = start("pull", "jobs", "--durable", "--fail-first", "5", "--peer", serve.address());
        serve.awaitError("DEAD_LETTER: queue jobs: message 1 after 5 attempts and 0 deaths: ");

        Map<String, Object> listed = only("dead", "ls", "--data", data(), "--json"); // while its node runs
        assertEquals("job", JsonReader.text(listed, "message"));
        assertEquals("ATTEMPTS", JsonReader.text(listed, "reason"));
        assertTrue(JsonReader.text(listed, "cause").contains("attempt 5 fails"), listed::toString);
        String id = JsonReader.text(listed, "id");
        Map<String, Object> shown = only("dead", "show", id, "--data", data(), "--json");
        assertEquals("{trace=7}", String.valueOf(shown.get("headers")));
        checkSchedule(shown, FIRST_PAUSE);

        Map<String, Object> live = only("queue", "ls", "--json", "--peer", serve.address(), "--timeout", "20");
        assertEquals(0, JsonReader.number(live, "waiting"));
        assertEquals(1, JsonReader.number(live, "deadLetters"));
        assertEquals(1, JsonReader.texts(live, "workers").size());

        Cli busy = start("dead", "redrive", id, "--data", data());
        assertEquals(1, busy.exit());
        busy.awaitError("DATA_IN_USE: ");
        assertEquals(0, serve.signal("TERM").exit());
        fails.kill();

        Cli worker = start("pull", "jobs", "--durable", "--count", "1", "--json");
        Cli redrive = start("dead", "redrive", id, "--data", data(), "--json", "--peer", worker.address());
        assertEquals(0, redrive.exit(), () -> redrive.errors().toString());
        assertEquals(0, worker.exit(), () -> worker.errors().toString());
        Map<String, Object> got = worker.objects().get(0);
        assertEquals("job", JsonReader.text(got, "message"));
        assertEquals("k", JsonReader.text(got, "key"));
        assertEquals(id, JsonReader.text(got, DeadLetters.ORIGIN_ID));
        assertEquals(1, JsonReader.number(got, "attempt"));
        assertEquals(JsonReader.text(redrive.objects().get(0), "id"), JsonReader.text(got, "id"));
        assertEquals(List.of(), run(0, "dead", "ls", "--data", data()).lines());
    }

    /** As it is from outside, with the schedule that is the default. */
    @Test
    @EnabledIfSystemProperty(named = "parley.long", matches = "true")
    void shouldKeepToTheScheduleThatIsTheDefault() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "hopeless", "--durable", "--data", data(), "--until", "processed");
        start("pull", "jobs", "--durable", "--fail-first", "99", "--peer", push.address());
        assertEquals(1, push.exit());
        Map<String, Object> listed = only("dead", "ls", "--data", data(), "--json");
        checkSchedule(
                only("dead", "show", JsonReader.text(listed, "id"), "--data", data(), "--json"), Duration.ofSeconds(1));
    }

    private static void checkSchedule(Map<String, Object> shown, Duration firstPause) {
        List<Instant> at = JsonReader.objects(shown, "failures").stream()
                .map(failure -> Instant.parse(JsonReader.text(failure, "at")))
                .toList();
        assertEquals(5, at.size(), shown::toString);
        for (int i = 1; i < at.size(); i++) {
            double due = firstPause.toMillis() << i - 1;
            double gap = Duration.between(at.get(i - 1), at.get(i)).toMillis();
            double late = gap - 1.25 * due;
            assertTrue(
                    gap >= 0.75 * due && late < LATEST_MILLIS,
                    () -> "a pause of " + gap + " ms where " + due + " was due");
        }
    }

    @Test
    void shouldSayWhatIsQueuedInADirectoryAndDiscard() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            push(Outgoing.of(("job " + i).getBytes(UTF_8)));
        }
        push(Outgoing.of("late".getBytes(UTF_8)).ttl(Duration.ofMillis(1)));
        Cli serve = start("serve", "--data", data());
        Cli nobody = start("queue", "show", "jobs", "--peer", serve.address(), "--timeout", "20");
        assertEquals(0, nobody.exit(), () -> nobody.errors().toString());
        assertTrue(
                nobody.lines().get(0).contains("3 waiting"),
                () -> nobody.lines().toString());
        assertEquals(0, serve.signal("TERM").exit());

        Map<String, Object> queue = only("queue", "ls", "--data", data(), "--json");
        assertEquals("jobs", JsonReader.text(queue, "queue"));
        assertEquals(3, JsonReader.number(queue, "waiting"));
        assertEquals(1, JsonReader.number(queue, "deadLetters"));
        assertTrue(JsonReader.number(queue, "oldestMillis") >= 0);
        Map<String, Object> dead = only("dead", "ls", "jobs", "--data", data(), "--json");
        assertEquals("EXPIRED", JsonReader.text(dead, "reason"));
        String id = JsonReader.text(dead, "id");
        String end = id.substring(id.indexOf('/') + 1);
        assertTrue(run(0, "dead", "show", end, "--data", data()).lines().contains("late"));
        run(0, "dead", "discard", end, "--data", data());
        run(1, "dead", "discard", id, "--data", data());
        assertEquals(List.of(), run(0, "dead", "ls", "--data", data()).lines());
        run(1, "dead", "show", id, "--data", data());
    }

    /** What a program left in its directory, with a schedule of its own. */
    private void push(Outgoing<byte[]> message) {
        try (Node node = Node.builder("program")
                .listen("tcp://127.0.0.1:0")
                .transport(Transports.named(""))
                .delivery(Journal.in(directory.resolve("data")))
                .open()) {
            Pusher<byte[]> pusher = node.pusher(JOBS);
            pusher.send(message);
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private Map<String, Object> only(String... arguments) throws IOException, InterruptedException {
        List<Map<String, Object>> lines = run(0, arguments).objects();
        assertEquals(1, lines.size(), lines::toString);
        return lines.get(0);
    }

    private Cli run(int code, String... arguments) throws IOException, InterruptedException {
        Cli cli = start(arguments);
        assertEquals(code, cli.exit(), () -> cli.lines() + " " + cli.errors());
        return cli;
    }

    private Cli start(String... arguments) throws IOException {
        Cli cli = Cli.start(arguments);
        started.add(cli);
        return cli;
    }
}
