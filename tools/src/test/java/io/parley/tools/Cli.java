package io.parley.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.testkit.netlab.Netlab;
import io.parley.tools.text.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A command in a JVM of its own, as a user runs it. */
final class Cli implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String LISTENING = "listening on ";

    private final Process process;
    private final Lines out;
    private final Lines err;

    private Cli(Process process) {
        this.process = process;
        this.out = new Lines(process.getInputStream());
        this.err = new Lines(process.getErrorStream());
    }

    static Cli start(String... arguments) throws IOException {
        return new Cli(new ProcessBuilder(command(arguments)).start());
    }

    /** The same, started by another program, which is given it as its last words. */
    static Cli startBy(List<String> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(command(arguments));
        return new Cli(new ProcessBuilder(command).start());
    }

    /** The same on a host of a lab, where nodes find each other. */
    static Cli start(Netlab lab, int host, String... arguments) throws IOException {
        ProcessBuilder builder = lab.command(host, command(arguments));
        builder.environment().remove("PARLEY_MDNS");
        return new Cli(builder.start());
    }

    /** Another program of the tests, in the same way. */
    static Cli startProgram(Class<?> program, String... arguments) throws IOException {
        return new Cli(new ProcessBuilder(command(program, arguments)).start());
    }

    private static List<String> command(String... arguments) {
        return command(Main.class, arguments);
    }

    private static List<String> command(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(Launch.words());
        command.set(command.size() - 1, program.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Where it listens, as it says itself. */
    String address() throws InterruptedException {
        String line = err.await(text -> text.startsWith(LISTENING));
        return line.substring(LISTENING.length()).split(" ", 2)[0];
    }

    /** Waits until a line that begins like this was written to standard error. */
    void awaitError(String begin) throws InterruptedException {
        err.await(text -> text.startsWith(begin));
    }

    /** Waits until a line with this in it was written to standard error. */
    void awaitErrorWith(String part) throws InterruptedException {
        err.await(text -> text.contains(part));
    }

    Cli input(String text) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(text.getBytes(UTF_8));
        }
        return this;
    }

    Cli input(byte[] bytes) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(bytes);
        }
        return this;
    }

    /** Gives it a part of its standard input, and more later. */
    void type(String text) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write(text.getBytes(UTF_8));
        in.flush();
    }

    /** Waits until so many lines were printed. */
    void awaitLines(int count) throws InterruptedException {
        out.awaitCount(count);
    }

    /** Waits until such a line was printed. */
    void awaitLine(Predicate<String> wanted) throws InterruptedException {
        out.await(wanted);
    }

    List<String> lines() {
        return out.all();
    }

    List<Map<String, Object>> objects() {
        return out.all().stream().map(JsonReader::object).toList();
    }

    List<String> errors() {
        return err.all();
    }

    Cli signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        return this;
    }

    /** Kills it with SIGKILL. By its handle: the process itself would close the pipe, and lose lines that were printed. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits for its end, for so long; returns whether it came. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for its end; all that it printed is there then. */
    int exit() throws InterruptedException {
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it does not end; it printed " + out.all().size() + " lines, and " + err.all());
        }
        out.join();
        err.join();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The lines of a stream, read by a thread of their own. */
    private static final class Lines {
        private final List<String> lines = new ArrayList<>();
        private final Thread reader;
        private boolean over;

        Lines(InputStream in) {
            reader = new Thread(() -> read(in), "lines");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream in) {
            try (BufferedReader text = new BufferedReader(new InputStreamReader(in, UTF_8))) {
                for (String line = text.readLine(); line != null; line = text.readLine()) {
                    synchronized (this) {
                        lines.add(line);
                        notifyAll();
                    }
                }
            } catch (IOException killed) {
                // Its output ends where it was killed.
            }
            synchronized (this) {
                over = true;
                notifyAll();
            }
        }

        synchronized List<String> all() {
            return List.copyOf(lines);
        }

        void awaitCount(int count) throws InterruptedException {
            await(() -> lines.size() >= count, count + " lines");
        }

        synchronized String await(Predicate<String> wanted) throws InterruptedException {
            await(() -> lines.stream().anyMatch(wanted), "a certain line");
            return lines.stream().filter(wanted).findFirst().orElseThrow();
        }

        private synchronized void await(BooleanSupplier condition, String what) throws InterruptedException {
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!condition.getAsBoolean()) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0 || over) {
                    throw new AssertionError("no longer waiting for " + what + "; there are " + lines);
                }
                wait(left);
            }
        }

        void join() throws InterruptedException {
            reader.join(LIMIT.toMillis());
        }
    }
}
