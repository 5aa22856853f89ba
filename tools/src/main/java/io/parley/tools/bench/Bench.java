package io.parley.tools.bench;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.Report;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts both sides of a measurement as processes, and puts their figures together. */
public final class Bench implements AutoCloseable {
    private final Work work;
    private final Sides sides;
    private final long end;
    private final BlockingQueue<Map<String, Object>> reports = new LinkedBlockingQueue<>();
    private final List<ChildProcess> children = new CopyOnWriteArrayList<>();

    /** Measures Parley. */
    public Bench(Work work, Duration timeout) {
        this(work, timeout, Sides.of(BenchPart.class));
    }

    /** Measures what these programs do. */
    public Bench(Work work, Duration timeout, Sides sides) {
        this.work = work;
        this.sides = sides;
        this.end = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Measures.
     *
     * @throws ParleyException TIMEOUT, or INTERNAL when a message was missing, repeated, out of order or damaged
     */
    public Json run() throws IOException, InterruptedException {
        start(BenchPart.SEND, null);
        String address = JsonReader.text(next(), "address");
        for (int i = 0; i < work.peers(); i++) {
            start(BenchPart.RECEIVE, address);
        }
        Side sender = Side.NONE;
        Side receivers = Side.NONE;
        for (int i = 0; i < work.peers() + 1; i++) {
            Map<String, Object> report = next();
            if (JsonReader.text(report, Report.EVENT).equals("sent")) {
                sender = sender.plus(report);
            } else {
                receivers = receivers.plus(report);
            }
        }
        for (ChildProcess child : children) {
            child.end(Duration.ofSeconds(5));
        }
        return figures(sender, receivers);
    }

    /**
     * What the processes of one side used: the longest time, and all of the rest.
     *
     * @param nanos the longest time
     * @param cpuNanos in sum
     * @param allocated bytes in sum
     */
    private record Side(double nanos, double cpuNanos, double allocated) {
        static final Side NONE = new Side(0, 0, 0);

        Side plus(Map<String, Object> report) {
            return new Side(
                    Math.max(nanos, JsonReader.number(report, "nanos")),
                    cpuNanos + JsonReader.number(report, "cpuNanos"),
                    allocated + JsonReader.number(report, "allocated"));
        }
    }

    private Json figures(Side sender, Side receivers) {
        double seconds = receivers.nanos() / 1e9;
        long measured = work.measured();
        long delivered = work.pattern() == Work.Pattern.pubsub ? measured * work.peers() : measured;
        return Json.object()
                .put("work", work.pattern().name())
                .put("mode", work.mode().toString())
                .put("size", work.size())
                .put("messages", measured)
                .put("peers", work.peers())
                .put("seconds", seconds)
                .put("messagesPerSecond", Math.round(measured / seconds))
                .put("deliveredPerSecond", Math.round(delivered / seconds))
                .put(
                        "cpuMicrosPerMessage",
                        Json.object()
                                .put("sender", sender.cpuNanos() / 1e3 / measured)
                                .put("receiver", receivers.cpuNanos() / 1e3 / delivered))
                .put(
                        "allocatedBytesPerMessage",
                        Json.object()
                                .put("sender", sender.allocated() / measured)
                                .put("receiver", receivers.allocated() / delivered))
                .put("transport", work.transport());
    }

    private void start(String side, @Nullable String address) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(side));
        arguments.addAll(work.arguments());
        if (address != null) {
            arguments.add(address);
        }
        children.add(sides.start(arguments, line -> reports.add(JsonReader.object(line))));
    }

    private Map<String, Object> next() throws InterruptedException {
        Map<String, Object> report = null;
        while (report == null) {
            report = reports.poll(200, TimeUnit.MILLISECONDS);
            if (report == null && System.nanoTime() - end > 0) {
                throw new ParleyException(ErrorCode.TIMEOUT, "the measurement did not end in time");
            }
            if (report == null && children.stream().anyMatch(child -> !child.alive())) {
                throw new ParleyException(ErrorCode.INTERNAL, "a side ended by itself; its error stands above");
            }
        }
        if (JsonReader.text(report, Report.EVENT).equals("wrong")) {
            throw new ParleyException(ErrorCode.INTERNAL, "no figure: " + JsonReader.text(report, "detail"));
        }
        return report;
    }

    /** Kills what still runs of what was started. */
    @Override
    public void close() {
        children.forEach(ChildProcess::close);
    }
}
