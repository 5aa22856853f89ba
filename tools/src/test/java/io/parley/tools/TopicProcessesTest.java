package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/** Topics between processes, and what commands say about nodes. */
@Tag("processes")
@Timeout(120)
@Execution(CONCURRENT)
class TopicProcessesTest {
    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @Test
    void shouldGiveEachSubscriberWhatItsFilterWants() throws IOException, InterruptedException {
        Cli euros = start("sub", "ticks.eur.*", "--count", "1", "--json");
        Cli bare = start("sub", "ticks", "--count", "1");
        Cli all = start("sub", "ticks.#", "--count", "3");
        Cli everything = start("sub", "#", "--count", "3");
        publish("ticks.usd.jpy", euros, bare, all, everything);
        publish("ticks.eur.usd", euros, bare, all, everything);
        publish("ticks", bare, all, everything); // whoever wanted one about euros has ended
        for (Cli sub : List.of(euros, bare, all, everything)) {
            assertEquals(0, sub.exit(), () -> sub.errors().toString());
        }
        Map<String, Object> tick = euros.objects().get(0);
        assertEquals("ticks.eur.usd", tick.get("message"));
        assertEquals("ticks.eur.usd", tick.get("subject"));
        assertEquals(1L, tick.get("attempt"));
        assertEquals(false, tick.get("redelivered"));
        assertTrue(JsonReader.text(tick, "from").startsWith("pub-"));
        assertEquals(List.of("ticks"), bare.lines());
        assertEquals(List.of("ticks.usd.jpy", "ticks.eur.usd", "ticks"), all.lines());
        assertEquals(List.of("ticks.usd.jpy", "ticks.eur.usd", "ticks"), everything.lines());
    }

    @Test
    void shouldReachAPeerThatWasNamedWithoutBeingToldToWait() throws IOException, InterruptedException {
        Cli sub = start("sub", "news", "--count", "1");
        Cli pub = start("pub", "news", "first", "--peer", sub.address());
        assertEquals(0, pub.exit(), () -> pub.errors().toString());
        assertEquals(0, sub.exit(), () -> sub.errors().toString());
        assertEquals(List.of("first"), sub.lines());
    }

    @Test
    void shouldConfirmAccordingToTheMode() throws IOException, InterruptedException {
        Cli sub = start("sub", "news", "--reliable", "--count", "2", "--json");
        Cli pub = start("pub", "news", "a", "b", "--reliable", "--json", "--wait", "1", "--peer", sub.address());
        assertEquals(0, pub.exit(), () -> pub.errors().toString());
        assertEquals(0, sub.exit(), () -> sub.errors().toString());
        assertEquals(List.of("PROCESSED", "PROCESSED"), texts(pub, "stage"));
        assertEquals(Set.copyOf(texts(pub, "id")), Set.copyOf(texts(sub, "id")));

        Cli alone = start("pub", "news", "c", "--json");
        assertEquals(0, alone.exit(), () -> alone.errors().toString());
        assertEquals(List.of("ACCEPTED"), texts(alone, "stage"));
    }

    @Test
    void shouldTellThatAPublisherWasKilled() throws IOException, InterruptedException {
        for (List<String> mode : List.of(List.<String>of(), List.of("--reliable"))) {
            Cli sub = start(with(mode, "sub", "news", "--json"));
            Cli pub = start(with(
                    mode,
                    "pub",
                    "news",
                    "--size",
                    "10",
                    "--count",
                    "100000",
                    "--rate",
                    "20",
                    "--wait",
                    "1",
                    "--peer",
                    sub.address()));
            sub.awaitLines(2);
            pub.kill();
            sub.awaitLine(line -> line.contains("SENDER_LOST"));
            List<Map<String, Object>> gaps = sub.objects().stream()
                    .filter(line -> line.containsKey("gap"))
                    .toList();
            assertEquals(1, gaps.size());
            assertEquals(-1L, gaps.get(0).get("gap"));
            assertEquals("SENDER_LOST", gaps.get(0).get("reason"));
            assertEquals(false, gaps.get(0).get("exact"));
        }
    }

    private static String[] with(List<String> more, String... arguments) {
        return Stream.concat(Stream.of(arguments), more.stream()).toArray(String[]::new);
    }

    @Test
    void shouldFindOutThatAPublisherIsReliable() throws IOException, InterruptedException {
        Cli sub = start("sub", "news", "--count", "1");
        Cli pub = start("pub", "news", "a", "--reliable", "--wait", "1", "--peer", sub.address());
        assertEquals(0, pub.exit(), () -> pub.errors().toString());
        assertEquals(0, sub.exit(), () -> sub.errors().toString());
        assertEquals(List.of("a"), sub.lines());
    }

    @Test
    void shouldTellFromOutsideWhatHolds() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "x", "--name", "office");
        Cli explain = start("explain", "jobs", "--peer", push.address(), "--json");
        assertEquals(0, explain.exit(), () -> explain.errors().toString());
        Map<String, Object> line = explain.objects().get(0);
        assertEquals("office", line.get("node"));
        assertEquals("RELIABLE", line.get("mode"));

        Cli unknown = start("explain", "nothing", "--peer", push.address());
        assertEquals(0, unknown.exit(), () -> unknown.errors().toString());

        Cli peers = start("peers", "--peer", push.address(), "--json");
        assertEquals(0, peers.exit(), () -> peers.errors().toString());
        assertEquals("office", peers.objects().get(0).get("name"));
        assertEquals(true, peers.objects().get(0).get("answered"));

        assertEquals(1, push.signal("INT").exit(), "its message is lost");
        assertTrue(
                push.errors().stream().anyMatch(text -> text.startsWith("INTERRUPTED: ")),
                () -> push.errors().toString());
    }

    /** The message is the subject. */
    private void publish(String subject, Cli... subscribers) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("pub", subject, subject, "--wait"));
        arguments.add(Integer.toString(subscribers.length));
        for (Cli subscriber : subscribers) {
            arguments.addAll(List.of("--peer", subscriber.address()));
        }
        Cli pub = start(arguments.toArray(String[]::new));
        assertEquals(0, pub.exit(), () -> pub.errors().toString());
    }

    private Cli start(String... arguments) throws IOException {
        Cli cli = Cli.start(arguments);
        started.add(cli);
        return cli;
    }

    private static List<String> texts(Cli cli, String name) {
        return cli.objects().stream().map(line -> JsonReader.text(line, name)).toList();
    }
}
