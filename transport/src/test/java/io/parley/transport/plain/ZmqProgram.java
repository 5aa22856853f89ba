package io.parley.transport.plain;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with a socket of libzmq, through Python's binding. */
final class ZmqProgram implements AutoCloseable {
    private static final String PYTHON = "/usr/bin/python3";

    private final Process process;
    private final BufferedReader out;
    final String endpoint;

    private ZmqProgram(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        endpoint = String.valueOf(out.readLine());
    }

    /** Starts one, and waits until its socket is open; or skips the test where there is no libzmq. */
    static ZmqProgram start(String... arguments) throws Exception {
        assumeThere();
        Path script = Path.of(ZmqProgram.class.getResource("plain_peer.py").toURI());
        List<String> command = new ArrayList<>(List.of(PYTHON, script.toString()));
        command.addAll(List.of(arguments));
        return new ZmqProgram(command);
    }

    static void assumeThere() throws Exception {
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

    /** The messages that the program makes of the same text. */
    static List<List<byte[]>> messages(String spec) {
        List<List<byte[]>> messages = new ArrayList<>();
        for (String sizes : spec.split(",", -1)) {
            List<byte[]> frames = new ArrayList<>();
            for (String size : sizes.split("\\+", -1)) {
                byte[] frame = new byte[Integer.parseInt(size)];
                Arrays.fill(frame, (byte) (messages.size() * 31 + frames.size() * 7));
                frames.add(frame);
            }
            messages.add(frames);
        }
        return messages;
    }

    static boolean same(List<byte[]> one, List<byte[]> other) {
        return one.size() == other.size() && Arrays.deepEquals(one.toArray(), other.toArray());
    }

    /** Waits until it has found everything right, and ends it. */
    void assertContent() throws Exception {
        String line = out.readLine();
        assertTrue("done".equals(line), "the program says " + line);
        process.getOutputStream().close();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the program does not end");
        assertTrue(process.exitValue() == 0, "the program ended with " + process.exitValue());
    }

    void destroy() {
        process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
    }
}
