package io.parley.tools.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A JVM on this one's class path, or another program. It ends with the process that started it, however that ends: its standard input is a pipe
 * from here, and {@link ParentLink} ends it when that breaks.
 */
public final class ChildProcess implements AutoCloseable {
    /** How long a killed process may take to be gone. */
    private static final Duration KILLED = Duration.ofSeconds(5);

    private final Process process;
    private final Thread reader;

    private ChildProcess(Process process, Thread reader) {
        this.process = process;
        this.reader = reader;
    }

    /**
     * What is started.
     *
     * @param mainClass the class with the main method
     * @param options of the JVM
     * @param arguments of the program
     */
    public record Program(Class<?> mainClass, List<String> options, List<String> arguments) {}

    /**
     * Starts a JVM.
     *
     * @param onLine gets each line of its standard output, on a thread of its own
     */
    public static ChildProcess start(Program program, Consumer<String> onLine) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(program.options());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(program.mainClass().getName());
        command.addAll(program.arguments());
        return start(command, onLine);
    }

    /** Starts another program, which should end when its standard input does. */
    public static ChildProcess start(List<String> command, Consumer<String> onLine) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread reader = new Thread(() -> read(process, onLine), "child-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        return new ChildProcess(process, reader);
    }

    private static void read(Process process, Consumer<String> onLine) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                onLine.accept(line);
            }
        } catch (IOException killed) {
            // Its output ends where it was killed.
        }
    }

    /** Sends it a line by its standard input. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Ends it without giving it a chance to do anything (SIGKILL), and waits until all that it had printed is read. */
    public void kill() throws InterruptedException {
        // by its handle: the process itself would close its output with it, and lose what is not read yet
        process.toHandle().destroyForcibly();
        awaitExit(KILLED);
    }

    /**
     * Asks it to end by closing its standard input, see {@link ParentLink}.
     *
     * @return whether it ended in time, all that it printed being read
     */
    public boolean end(Duration timeout) throws InterruptedException {
        askToEnd();
        return awaitExit(timeout);
    }

    /** The same without waiting. */
    public void askToEnd() {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            // It is gone already.
        }
    }

    /** Waits until it has ended, and all that it printed is read. */
    public boolean awaitExit(Duration timeout) throws InterruptedException {
        boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (ended) {
            reader.join(KILLED.toMillis());
        }
        return ended;
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Its exit code; only once it has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
