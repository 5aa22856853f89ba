package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How long processes of one host take to find each other, from the return of {@code open} in the later one until both are
 * linked.
 */
@Timeout(480)
class FindingTest {
    private static final Duration PROMISED = Duration.ofSeconds(1);
    private static final Function<List<String>, ProcessBuilder> HERE = ProcessBuilder::new;

    private final String type =
            "_t" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36) + "._tcp";
    private final List<HostProcess> processes = new ArrayList<>();

    private HostProcess start(Function<List<String>, ProcessBuilder> where, String... arguments) throws IOException {
        HostProcess process = HostProcess.start(where, HostProcess.java(HostNode.class, arguments));
        processes.add(process);
        return process;
    }

    @org.junit.jupiter.api.AfterEach
    void killAll() {
        processes.forEach(HostProcess::close);
    }

    /** Milliseconds from the later one's opening until the last of the two says that they are linked. */
    private static long linked(HostProcess one, String a, HostProcess two, String b) throws InterruptedException {
        long open = Math.max(one.awaitOpen(a).nanos(), two.awaitOpen(b).nanos());
        long up = Math.max(one.awaitUp(a, b, 30).nanos(), two.awaitUp(b, a, 30).nanos());
        return Math.max(0, up - open) / 1_000_000;
    }

    @Test
    void shouldLinkProcessesOfOneHostWithinASecond() throws Exception {
        List<Long> newcomers = new ArrayList<>();
        List<Long> restarted = new ArrayList<>();
        HostProcess first = start(HERE, "first", "on=127.0.0.1", "type=" + type);
        HostProcess second = start(HERE, "second", "on=127.0.0.1", "type=" + type);
        List<Long> together = new ArrayList<>(List.of(linked(first, "first", second, "second")));
        for (int i = 0; i < (Figures.LONG ? 30 : 3); i++) {
            String name = "late-" + i;
            try (HostProcess late = start(HERE, name, "on=127.0.0.1", "type=" + type)) {
                newcomers.add(linked(first, "first", late, name));
                newcomers.add(linked(second, "second", late, name));
                late.kill();
                String again = "again-" + i;
                try (HostProcess next = start(HERE, again, "on=127.0.0.1", "type=" + type)) {
                    restarted.add(linked(first, "first", next, again));
                    restarted.add(linked(second, "second", next, again));
                }
            }
        }
        for (int i = 0; i < (Figures.LONG ? 15 : 1); i++) {
            String own = "_t" + i + type.substring(2);
            try (HostProcess one = start(HERE, "one", "on=127.0.0.1", "type=" + own);
                    HostProcess two = start(HERE, "two", "on=127.0.0.1", "type=" + own)) {
                together.add(linked(one, "one", two, "two"));
            }
        }
        Figures.hold("loopback, newcomer", PROMISED, newcomers);
        Figures.hold("loopback, killed and started again", PROMISED, restarted);
        Figures.hold("loopback, started together", PROMISED, together);
    }

    @Test
    void shouldLinkFiftyNodesOfFiveProcessesWithinTenSeconds() throws Exception {
        List<HostProcess> five = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            five.add(start(HERE, "p" + i, "count=10", "on=127.0.0.1", "type=" + type));
        }
        long open = 0;
        long up = 0;
        for (int i = 0; i < 5; i++) {
            for (int node = 0; node < 10; node++) {
                String name = "p" + i + "-" + node;
                HostProcess process = five.get(i);
                open = Math.max(open, process.awaitOpen(name).nanos());
                process.await(line -> process.up(name).size() == 49, 60);
                up = Math.max(
                        up,
                        process.lines().stream()
                                .filter(line ->
                                        line.node().equals(name) && line.what().startsWith("PEER_"))
                                .mapToLong(HostProcess.Line::nanos)
                                .max()
                                .orElseThrow());
            }
        }
        long took = (up - open) / 1_000_000;
        System.out.println("5 processes of 10 nodes: all linked " + took + " ms after the last was open");
        assertTrue(took < Figures.slack(Duration.ofSeconds(10)).toMillis(), () -> took + " ms");
    }
}
