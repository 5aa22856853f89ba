package io.parley.benchmarks.scale;

import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.Report;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Hub}, from outside. */
public final class HubProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final BlockingQueue<Map<String, Object>> reports = new LinkedBlockingQueue<>();
    private final ChildProcess process;
    private final InetSocketAddress address;

    /**
     * What a hub uses.
     *
     * @param heap bytes, after a collection
     * @param direct bytes of direct buffers
     * @param cpuNanos processor time so far
     * @param nanos when that was
     * @param descriptors that are open
     * @param threads of the node and its transport
     * @param peers that are linked
     */
    public record Stats(
            double heap, double direct, double cpuNanos, double nanos, int descriptors, int threads, int peers) {
        /** The part of a core that it used since then. */
        public double coreSince(Stats before) {
            return (cpuNanos - before.cpuNanos) / (nanos - before.nanos);
        }
    }

    /** Starts one, with these options of the JVM. */
    public HubProcess(String transport, String... options) throws IOException, InterruptedException {
        process = ChildProcess.start(
                new ChildProcess.Program(Hub.class, List.of(options), List.of(transport)),
                line -> reports.add(JsonReader.object(line)));
        URI uri = URI.create(JsonReader.text(next(), "address"));
        address = new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Begins a command; {@link #awaitNanos} has to follow. */
    public void begin(String command) throws IOException {
        process.tell(command);
    }

    /** How long the command took that was begun. */
    public double awaitNanos() throws IOException, InterruptedException {
        return JsonReader.number(next(), "nanos");
    }

    /** Does a command, and says how long it took. */
    public double nanos(String command) throws IOException, InterruptedException {
        begin(command);
        return awaitNanos();
    }

    /** What it uses now. */
    public Stats stats() throws IOException, InterruptedException {
        begin("stats");
        return taken();
    }

    /** The answer to a {@code stats} that was begun. */
    public Stats taken() throws IOException, InterruptedException {
        Map<String, Object> report = next();
        return new Stats(
                JsonReader.number(report, "heap"),
                JsonReader.number(report, "direct"),
                JsonReader.number(report, "cpuNanos"),
                JsonReader.number(report, "nanos"),
                (int) JsonReader.number(report, "descriptors"),
                (int) JsonReader.number(report, "threads"),
                (int) JsonReader.number(report, "peers"));
    }

    /** Whether the answer to what was begun has come. */
    public boolean answered() {
        return !reports.isEmpty();
    }

    private Map<String, Object> next() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            Map<String, Object> report = reports.poll(200, TimeUnit.MILLISECONDS);
            if (report != null) {
                return report;
            }
            if (!process.alive()) {
                throw new IOException("the hub ended by itself; its error stands above");
            }
        }
        throw new IOException("no " + Report.EVENT + " came within " + PATIENCE);
    }

    @Override
    public void close() {
        process.close();
    }
}
