package io.parley.benchmarks;

import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.ChildProcess.Program;
import io.parley.tools.text.JsonReader;
import io.parley.tools.text.Sizes;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What large messages cost small ones on the same link: two processes on this host, one of which publishes 1,000 small messages
 * a second and asks the other 100 times a second, first alone and then while it pushes large messages as fast as they are
 * processed. Prints how long the small ones took one way, and the requests there and back.
 */
@Command(name = "large", mixinStandardHelpOptions = true, sortOptions = false)
public final class Large implements Runnable {
    private static final List<String> HEAP =
            List.of("-Xms512m", "-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    private static final int WARM_UP_SECONDS = 5;

    @Option(names = "--transport", defaultValue = "zmtp", description = "zmq or zmtp. Default: ${DEFAULT-VALUE}.")
    private String transport = "zmtp";

    @Option(names = "--size", defaultValue = "16MiB", description = "Of a large message. Default: ${DEFAULT-VALUE}.")
    private String size = "16MiB";

    @Option(names = "--seconds", defaultValue = "10", description = "How long each part is measured.")
    private int seconds;

    private final BlockingQueue<Map<String, Object>> reports = new LinkedBlockingQueue<>();
    private final Map<String, Map<String, Object>> told = new HashMap<>();

    /** Measures. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Large()).execute(arguments));
    }

    @Override
    public void run() {
        try (ChildProcess reader = start("reader", transport)) {
            String address = JsonReader.text(next("listening"), "address");
            String bytes = Integer.toString(Sizes.parse(size));
            try (ChildProcess writer = start("writer", transport, address, bytes, Integer.toString(seconds))) {
                Map<String, Object> sent = next("sent");
                Map<String, Object> received = next("received");
                if (!reader.alive() || !writer.alive()) {
                    throw new IllegalStateException("a side ended by itself");
                }
                print(sent, received);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(Map<String, Object> sent, Map<String, Object> received) {
        System.out.println(String.format(
                Locale.ROOT,
                "%s, large messages of %s: %.1f a second, %.0f MiB/s",
                transport,
                size,
                JsonReader.number(received, "large") / seconds,
                JsonReader.number(received, "large") * Sizes.parse(size) / seconds / (1 << 20)));
        for (LargeSide.Part part : LargeSide.Part.MEASURED) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "%-6s  small, one way: %s  requests, there and back: %s",
                    part,
                    line(received, part),
                    line(sent, part)));
        }
    }

    private static String line(Map<String, Object> report, LargeSide.Part part) {
        Map<String, Object> of = JsonReader.objects(report, part.toString()).get(0);
        return String.format(
                Locale.ROOT,
                "%d, p50 %.2f ms, p99 %.2f ms, most %.2f ms",
                JsonReader.whole(of, "count"),
                JsonReader.number(of, "p50") / 1e6,
                JsonReader.number(of, "p99") / 1e6,
                JsonReader.number(of, "max") / 1e6);
    }

    private ChildProcess start(String... arguments) throws IOException {
        return ChildProcess.start(
                new Program(LargeSide.class, HEAP, List.of(arguments)), line -> reports.add(JsonReader.object(line)));
    }

    private Map<String, Object> next(String event) throws InterruptedException {
        while (!told.containsKey(event)) {
            Map<String, Object> report = reports.poll(WARM_UP_SECONDS + 4L * seconds + 30, TimeUnit.SECONDS);
            if (report == null) {
                throw new IllegalStateException("no report: " + event);
            }
            told.put(JsonReader.text(report, "event"), report);
        }
        return told.getOrDefault(event, Map.of());
    }

    /** For how long nothing is measured. */
    static int warmUpSeconds() {
        return WARM_UP_SECONDS;
    }
}
