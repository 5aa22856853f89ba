package io.parley.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** A process of a test, mostly a {@link HostNode}, and what it says. */
final class HostProcess implements AutoCloseable {
    private final Process process;
    private final List<Line> lines = new ArrayList<>();
    private boolean over;

    /** What happened, when. */
    record Line(long nanos, String node, String what, String peer, String detail) {
        static Line parse(String text) {
            String[] parts = text.split(" ", 5);
            return parts.length == 5 && parts[0].matches("[0-9]+")
                    ? new Line(Long.parseLong(parts[0]), parts[1], parts[2], parts[3], parts[4])
                    : new Line(0, "-", "TEXT", "-", text);
        }
    }

    private HostProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "host");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a program as what this turns a command into, for example on a host of a lab. */
    static HostProcess start(Function<List<String>, ProcessBuilder> where, List<String> command) throws IOException {
        ProcessBuilder builder = where.apply(command).redirectErrorStream(true);
        builder.environment().remove("PARLEY_MDNS");
        return new HostProcess(builder.start());
    }

    /** The command of a main class of the tests. */
    static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx96m"));
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                add(Line.parse(line));
            }
        } catch (IOException killed) {
            // what it said until then is there
        }
        synchronized (this) {
            over = true;
            notifyAll();
        }
    }

    private synchronized void add(Line line) {
        lines.add(line);
        notifyAll();
    }

    synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    synchronized int said() {
        return lines.size();
    }

    /** The lines that say this, of all nodes of the process. */
    List<Line> all(String what) {
        return lines().stream().filter(line -> line.what().equals(what)).toList();
    }

    /** Who is linked with a node by what it has said. */
    List<String> up(String node) {
        List<String> up = new ArrayList<>();
        for (Line line : lines()) {
            if (line.node().equals(node)) {
                switch (line.what()) {
                    case "PEER_JOINED", "PEER_BACK" -> {
                        up.remove(line.peer());
                        up.add(line.peer());
                    }
                    case "PEER_SUSPECT", "PEER_LOST", "PEER_LEFT" -> up.remove(line.peer());
                    default -> {}
                }
            }
        }
        return up;
    }

    /** Whether such a line was said, or is within so long. */
    synchronized boolean says(Predicate<Line> wanted, int seconds) throws InterruptedException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (lines.stream().noneMatch(wanted)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0 || over) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Waits for a condition on what was said; returns the first line after which it holds. */
    synchronized Line await(Predicate<Line> wanted, int seconds) throws InterruptedException {
        return awaitAfter(0, wanted, seconds);
    }

    /** The same for what is said after so many lines. */
    synchronized Line awaitAfter(int from, Predicate<Line> wanted, int seconds) throws InterruptedException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        int at = from;
        while (true) {
            for (; at < lines.size(); at++) {
                if (wanted.test(lines.get(at))) {
                    return lines.get(at);
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0 || over) {
                throw new AssertionError(
                        "not said " + (over ? "until it ended" : "in " + seconds + " s") + ": " + lines);
            }
            wait(left);
        }
    }

    Line awaitOpen(String node) throws InterruptedException {
        return await(line -> line.what().equals("OPEN") && line.node().equals(node), 30);
    }

    /** Waits until two nodes are linked at this end. */
    Line awaitUp(String node, String peer, int seconds) throws InterruptedException {
        await(
                line -> line.node().equals(node)
                        && line.peer().equals(peer)
                        && (line.what().equals("PEER_JOINED") || line.what().equals("PEER_BACK"))
                        && up(node).contains(peer),
                seconds);
        return lines().stream()
                .filter(line -> line.node().equals(node)
                        && line.peer().equals(peer)
                        && (line.what().equals("PEER_JOINED") || line.what().equals("PEER_BACK")))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** What a {@link HostNode} says of itself at this moment. */
    String report() throws IOException, InterruptedException {
        int before = said();
        process.getOutputStream().write("report\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return awaitAfter(before, line -> line.what().equals("REPORT"), 20).detail();
    }

    /** With SIGKILL. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    int exit() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends its input, and waits until it ends; returns its exit code. */
    int end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return exit();
    }

    /** Kills it; what it has started sees the end of its input. */
    @Override
    public void close() {
        kill();
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyClosed) {
            // it is gone
        }
    }
}
