package io.parley.benchmarks;

import io.parley.testkit.hostile.Stranger;
import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.ChildProcess.Program;
import io.parley.tools.text.JsonReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What strangers at its port cost a node: a node and an honest peer that pushes to it as fast as it can, in processes of their
 * own, and a third process that sends round after round of {@link Stranger}s, at the lowest priority. Prints what the peer got
 * through with and without them, what the node's memory and descriptors grew by, and what the node counted.
 */
@Command(name = "hostile", mixinStandardHelpOptions = true, sortOptions = false)
public final class Hostile implements Runnable {
    private static final List<String> QUIETLY =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(names = "--transport", defaultValue = "zmtp", description = "zmq or zmtp. Default: ${DEFAULT-VALUE}.")
    private String transport = "zmtp";

    @Option(names = "--each", defaultValue = "500", description = "Strangers of each kind in a round.")
    private int each;

    @Option(names = "--rounds", defaultValue = "10", description = "Rounds that are measured.")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "10", description = "How long is measured without strangers.")
    private int seconds;

    private final BlockingQueue<Map<String, Object>> reports = new LinkedBlockingQueue<>();
    private @Nullable ChildProcess node;

    /** Measures. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Hostile()).execute(arguments));
    }

    /** What the node was like at one moment. */
    private record Sample(long nanos, long messages, long residentKib, long descriptors, Map<String, Object> counters) {
        double rateSince(Sample before) {
            return (messages - before.messages) * 1e9 / (nanos - before.nanos);
        }
    }

    @Override
    public void run() {
        try (ChildProcess victim = start("node", transport)) {
            node = victim;
            int port = (int) JsonReader.whole(awaitReport("listening"), "port");
            try (ChildProcess honest = start("honest", transport, String.valueOf(port))) {
                measure(port, honest);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void measure(int port, ChildProcess honest) throws IOException, InterruptedException {
        awaitSample(Duration.ofSeconds(seconds)); // for the compiler
        try (ChildProcess warm = attack(port, 1)) {
            awaitReport("over");
        }
        Sample begun = awaitSample(Duration.ZERO);
        Sample quiet = awaitSample(Duration.ofSeconds(seconds));
        try (ChildProcess attackers = attack(port, rounds)) {
            awaitReport("begun");
            Sample before = awaitSample(Duration.ZERO);
            Map<String, Object> over = awaitReport("over");
            Sample after = awaitSample(Duration.ZERO);
            print(List.of(begun, quiet, before, after), JsonReader.text(over, "cutOff"));
        }
        if (!honest.alive()) {
            throw new IllegalStateException("the honest peer did not survive");
        }
    }

    private void print(List<Sample> samples, String cutOff) {
        Sample before = samples.get(2);
        Sample after = samples.get(3);
        double alone = samples.get(1).rateSince(samples.get(0));
        double attacked = after.rateSince(before);
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %d rounds of %d of each kind in %.1f s; messages/s alone %.0f, attacked %.0f, ratio %.3f",
                transport,
                rounds,
                each,
                (after.nanos - before.nanos) / 1e9,
                alone,
                attacked,
                attacked / alone));
        System.out.println("resident KiB " + before.residentKib + " -> " + after.residentKib + ", descriptors "
                + before.descriptors + " -> " + after.descriptors);
        System.out.println("cut off " + cutOff);
        after.counters.forEach((what, count) -> {
            long more = Long.parseLong(String.valueOf(count)) - JsonReader.whole(before.counters, what);
            if (more > 0) {
                System.out.println("counted " + what + " " + more);
            }
        });
    }

    private ChildProcess attack(int port, int howOften) throws IOException {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(HostileSide.class.getName(), "strangers", transport, String.valueOf(port)));
        command.addAll(List.of(String.valueOf(each), String.valueOf(howOften)));
        return ChildProcess.start(command, this::report);
    }

    private ChildProcess start(String... arguments) throws IOException {
        return ChildProcess.start(new Program(HostileSide.class, QUIETLY, List.of(arguments)), this::report);
    }

    private void report(String line) {
        reports.add(JsonReader.object(line));
    }

    private Map<String, Object> awaitReport(String event) throws InterruptedException {
        while (true) {
            Map<String, Object> report = reports.poll(PATIENCE.toSeconds() * Math.max(1, rounds), TimeUnit.SECONDS);
            if (report == null) {
                throw new IllegalStateException("no report of " + event);
            }
            if (JsonReader.text(report, "event").equals(event)) {
                return report;
            }
        }
    }

    /** The next report of the node that comes at least so long from now. */
    private Sample awaitSample(Duration later) throws IOException, InterruptedException {
        long from = System.nanoTime() + later.toNanos();
        while (true) {
            Map<String, Object> report = awaitReport("state");
            if (System.nanoTime() - from >= 0) {
                return new Sample(
                        JsonReader.whole(report, "nanos"),
                        JsonReader.whole(report, "messages"),
                        resident(),
                        JsonReader.whole(report, "descriptors"),
                        JsonReader.objects(report, "counters").get(0));
            }
        }
    }

    private long resident() throws IOException {
        ChildProcess victim = node;
        if (victim == null) {
            return 0;
        }
        return Files.readAllLines(Path.of("/proc/" + victim.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
