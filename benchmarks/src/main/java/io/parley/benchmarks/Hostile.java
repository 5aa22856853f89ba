package io.parley.benchmarks;

import io.parley.testkit.hostile.Stranger;
import io.parley.tools.process.ChildProcess;
import io.parley.tools.text.JsonReader;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What strangers at its port cost a node: a node and an honest peer that pushes to it as fast as it can, in processes of their
 * own, and a third process that sends round after round of {@link Stranger}s. What the strangers' own processor time costs the
 * others is not the node's doing: so they have the last core for themselves, and node and peer share the rest, also while they
 * are alone. Rounds alternate with times without strangers, so that what changes by itself is in both. Prints what the peer got
 * through in either, which processor time each process took, what the node's memory and descriptors grew by, and what the node
 * counted. Fails when not every stranger was counted.
 */
@Command(name = "hostile", mixinStandardHelpOptions = true, sortOptions = false)
public final class Hostile implements Runnable {
    private static final List<String> QUIETLY =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** For the compilers, which share a core with what they compile. */
    private static final Duration WARM_UP = Duration.ofSeconds(20);

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    @Option(names = "--transport", defaultValue = "zmtp", description = "zmq or zmtp. Default: ${DEFAULT-VALUE}.")
    private String transport = "zmtp";

    @Option(names = "--each", defaultValue = "500", description = "Strangers of each kind in a round.")
    private int each;

    @Option(names = "--rounds", defaultValue = "10", description = "Rounds that are measured.")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "3", description = "How long is measured alone behind each round.")
    private int seconds;

    private final BlockingQueue<Map<String, Object>> reports = new LinkedBlockingQueue<>();

    /** Measures. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Hostile()).execute(arguments));
    }

    /** What node and peer were like at one moment. */
    private record Sample(Map<String, Object> report, Vitals node, Vitals peer) {
        long whole(String what) {
            return JsonReader.whole(report, what);
        }

        /** What the node counted since then, by kind. */
        Map<String, Long> countedSince(Sample before) {
            Map<String, Object> earlier =
                    JsonReader.objects(before.report, "counters").get(0);
            Map<String, Long> more = new TreeMap<>();
            JsonReader.objects(report, "counters").get(0).forEach((what, count) -> {
                long difference = Long.parseLong(String.valueOf(count)) - JsonReader.whole(earlier, what);
                if (difference > 0) {
                    more.put(what, difference);
                }
            });
            return more;
        }
    }

    /** What was measured in turns that alternate: with strangers, and alone. */
    private static final class Sum {
        private double seconds;
        private double messages;
        private double node;
        private double peer;

        void add(Sample from, Sample to) {
            seconds += (to.whole("nanos") - from.whole("nanos")) / 1e9;
            messages += to.whole("messages") - from.whole("messages");
            node += to.node.processorSeconds() - from.node.processorSeconds();
            peer += to.peer.processorSeconds() - from.peer.processorSeconds();
        }

        double rate() {
            return messages / seconds;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.0f messages/s in %.1f s, node %.2f and peer %.2f of a core",
                    rate(),
                    seconds,
                    node / seconds,
                    peer / seconds);
        }
    }

    @Override
    public void run() {
        if (CORES < 2) {
            throw new IllegalStateException(
                    "one core: what strangers cost the machine cannot be told from what they cost the node");
        }
        try (ChildProcess node = start(honestCores(), "node", transport)) {
            String port = String.valueOf(JsonReader.whole(awaitReport("listening"), "port"));
            try (ChildProcess peer = start(honestCores(), "honest", transport, port)) {
                measure(port, node, peer);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String honestCores() {
        return "0-" + (CORES - 2);
    }

    private void measure(String port, ChildProcess node, ChildProcess peer) throws IOException, InterruptedException {
        awaitSample(WARM_UP, node, peer);
        try (ChildProcess strangers = startStrangers(port)) {
            awaitReport("ready");
            attack(strangers, "warm-up");
            Sum alone = new Sum();
            Sum attacked = new Sum();
            Sample first = awaitSample(Duration.ofSeconds(seconds), node, peer);
            double theirs = -Vitals.of(strangers.pid()).processorSeconds();
            Sample before = first;
            Sample after = first;
            for (int round = 1; round <= rounds; round++) {
                attack(strangers, "round " + round);
                after = awaitSample(Duration.ZERO, node, peer);
                attacked.add(before, after);
                before = awaitSample(Duration.ofSeconds(seconds), node, peer);
                alone.add(after, before);
            }
            theirs += Vitals.of(strangers.pid()).processorSeconds();
            print(alone, attacked, theirs);
            System.out.println("resident KiB " + first.node.residentKib() + " -> " + after.node.residentKib()
                    + ", descriptors " + first.whole("descriptors") + " -> " + before.whole("descriptors"));
            count(before.countedSince(first)); // what comes in crowds is told a second later
        }
    }

    private void attack(ChildProcess strangers, String what) throws IOException, InterruptedException {
        strangers.tell(what);
        System.out.println(
                what + ": all were cut off, the last after " + JsonReader.text(awaitReport("over"), "longest"));
    }

    private void print(Sum alone, Sum attacked, double theirs) {
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %d rounds of %d of each kind; ratio %.3f",
                transport,
                rounds,
                each,
                attacked.rate() / alone.rate()));
        System.out.println("cores " + honestCores() + " for node and peer, alone: " + alone);
        System.out.println(String.format(
                Locale.ROOT,
                "core %d for strangers, %.2f of it; attacked: %s",
                CORES - 1,
                theirs / attacked.seconds,
                attacked));
    }

    private void count(Map<String, Long> counted) {
        long came = (long) rounds * each * Stranger.values().length;
        long told = counted.values().stream().mapToLong(Long::longValue).sum();
        System.out.println("counted " + counted + ", " + told + " of " + came + " strangers");
        if (told < came) {
            throw new IllegalStateException("strangers were not counted: " + (came - told));
        }
    }

    private ChildProcess startStrangers(String port) throws IOException {
        return start(String.valueOf(CORES - 1), "strangers", transport, port, String.valueOf(each));
    }

    private ChildProcess start(String cores, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", cores));
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(QUIETLY);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HostileSide.class.getName()));
        command.addAll(List.of(arguments));
        return ChildProcess.start(command, line -> reports.add(JsonReader.object(line)));
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

    /** The next state that the node was in at least so long from now. */
    private Sample awaitSample(Duration later, ChildProcess node, ChildProcess peer)
            throws IOException, InterruptedException {
        long from = System.nanoTime() + later.toNanos();
        while (true) {
            Map<String, Object> report = awaitReport("state");
            if (JsonReader.whole(report, "nanos") - from >= 0) {
                return new Sample(report, Vitals.of(node.pid()), Vitals.of(peer.pid()));
            }
        }
    }
}
