package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ctrl-C, whatever a command is doing: it ends within the linger and a second, by itself. */
@Timeout(120)
class EndingProcessesTest {
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @Test
    void shouldEndInTimeWithAMessageThatNobodyTakes() throws IOException, InterruptedException {
        Cli push = start("push", "jobs", "x");
        push.address();
        assertEndsInTime(push, "INT");
        Cli waiting = start("pub", "news", "x", "--wait", "1");
        waiting.address();
        assertEndsInTime(waiting, "TERM");
    }

    @Test
    void shouldEndInTimeWhileItReadsItsInput() throws IOException, InterruptedException {
        for (String command : List.of("push", "pub", "request")) {
            Cli reading = start(command, "things");
            reading.address();
            assertEndsInTime(reading, "INT");
        }
    }

    @Test
    void shouldEndInTimeWhileAHandlerOrAReplyIsAwaited() throws IOException, InterruptedException {
        Cli pull = start("pull", "jobs", "--exec", "echo begun >&2; exec sleep 60");
        Cli push = start("push", "jobs", "x", "--peer", pull.address());
        pull.awaitError("begun");
        assertEndsInTime(pull, "INT");
        push.address();
        assertEndsInTime(push, "INT");

        Cli reply = start("reply", "slow", "--exec", "echo begun >&2; exec sleep 60");
        Cli request = start("request", "slow", "x", "--timeout", "60s", "--peer", reply.address());
        reply.awaitError("begun");
        assertEndsInTime(request, "INT");
        assertEndsInTime(reply, "INT");
    }

    @Test
    void shouldEndInTimeThoughThePeerStandsStill() throws IOException, InterruptedException {
        Cli sub = start("sub", "news.#");
        Cli pub = start("pub", "news.x", "--count", "100000000", "--size", "10000", "--peer", sub.address());
        sub.awaitLines(1);
        sub.signal("STOP");
        assertEndsInTime(pub, "INT");
        sub.signal("CONT");
        assertEndsInTime(sub, "INT");
    }

    @Test
    void shouldEndInTimeWhileItLooks() throws IOException, InterruptedException {
        for (String[] command :
                List.of(new String[] {"peers", "--watch"}, new String[] {"explain", "x", "--timeout", "60s"})) {
            Cli looking = start(command);
            looking.address();
            assertEndsInTime(looking, "INT");
        }
    }

    private static void assertEndsInTime(Cli cli, String signal) throws IOException, InterruptedException {
        long began = System.nanoTime();
        cli.signal(signal).exit();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(LONGEST) <= 0, () -> "took " + took + ", " + cli.errors());
    }

    private Cli start(String... arguments) throws IOException {
        Cli cli = Cli.start(arguments);
        started.add(cli);
        return cli;
    }
}
