package io.parley.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pages in Python do what they say, against the node of {@link PlainPeers}. */
@Timeout(60)
class PythonSamplesTest {
    private static final String PYTHON = "/usr/bin/python3";

    private final List<String> endpoints = new ArrayList<>();

    /** A page that runs. */
    private static final class Page implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;

        Page(String name, String... arguments) throws IOException {
            List<String> command =
                    new ArrayList<>(List.of(PYTHON, Path.of("python", name).toString()));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        String line() throws IOException {
            return String.valueOf(out.readLine());
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            out.close();
        }
    }

    @BeforeAll
    static void assumePython() throws Exception {
        boolean there = Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import zmq")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        if (!there) {
            System.out.println("skipped: no libzmq for " + PYTHON + ", install python3-zmq");
        }
        assumeTrue(there, "no python3-zmq");
    }

    @Test
    void shouldShowTicks() throws Exception {
        try (PlainPeers peers = PlainPeers.open(0, endpoints::add);
                Page page = new Page("subscriber.py", endpoints.get(0), "ticks.eur.")) {
            // it says nothing when it has subscribed
            Thread ticker = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    peers.node().publisher(PlainPeers.TICKS).send("usd.jpy", "149.92");
                    peers.node().publisher(PlainPeers.TICKS).send("eur.usd", "1.0831");
                    LockSupport.parkNanos(10_000_000);
                }
            });
            ticker.start();
            assertEquals("ticks.eur.usd 1.0831", page.line());
            ticker.interrupt();
            ticker.join();
        }
    }

    @Test
    void shouldDoJobs() throws Exception {
        try (PlainPeers peers = PlainPeers.open(0, endpoints::add);
                Page page = new Page("worker.py", endpoints.get(1))) {
            for (int i = 0; i < 10; i++) {
                peers.node().pusher(PlainPeers.JOBS).send("job " + i);
            }
            for (int i = 0; i < 10; i++) {
                assertTrue(page.line().startsWith("done job "));
            }
        }
    }

    @Test
    void shouldAsk() throws Exception {
        try (PlainPeers peers = PlainPeers.open(0, endpoints::add);
                Page page = new Page("requester.py", endpoints.get(2), "hello", "", "x".repeat(300))) {
            assertEquals("gateway", peers.node().name());
            assertEquals("hello 5", page.line());
            assertEquals(" 0", page.line());
            assertEquals("x".repeat(300) + " 300", page.line());
        }
    }
}
