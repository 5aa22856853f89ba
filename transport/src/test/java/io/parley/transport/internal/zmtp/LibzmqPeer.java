package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with a socket of libzmq, through Python's binding. */
final class LibzmqPeer implements AutoCloseable {
    private static final String PYTHON = "/usr/bin/python3";

    private final Process process;
    private final BufferedReader out;
    final String endpoint;

    private LibzmqPeer(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        endpoint = String.valueOf(out.readLine());
    }

    /** Starts one, or skips the test where there is no libzmq. */
    static LibzmqPeer start(String... arguments) throws Exception {
        assumeThere();
        List<String> command = new ArrayList<>(List.of(PYTHON, script().toString()));
        command.addAll(List.of(arguments));
        return new LibzmqPeer(command);
    }

    private static Path script() throws URISyntaxException {
        return Path.of(LibzmqPeer.class.getResource("libzmq_peer.py").toURI());
    }

    private static void assumeThere() throws Exception {
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

    boolean isRunning() {
        return process.isAlive();
    }

    /** Whether it ended, and found everything right. */
    boolean isContent() throws Exception {
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0 && "done".equals(out.readLine());
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
    }
}
