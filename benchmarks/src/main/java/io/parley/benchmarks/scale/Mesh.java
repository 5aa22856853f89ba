package io.parley.benchmarks.scale;

import io.parley.tools.process.ChildProcess;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Nodes in several processes, each of which dials all others at the same moment. */
public final class Mesh implements AutoCloseable {
    private final List<ChildProcess> processes = new ArrayList<>();
    private final List<BlockingQueue<Map<String, Object>>> reports = new ArrayList<>();
    private final String all;

    /** Starts the processes, and waits until all nodes listen. */
    public Mesh(String transport, int parts, int nodesEach, Duration timeout) throws IOException, InterruptedException {
        for (int i = 0; i < parts; i++) {
            BlockingQueue<Map<String, Object>> queue = new LinkedBlockingQueue<>();
            reports.add(queue);
            List<String> arguments = List.of(transport, Integer.toString(nodesEach), Integer.toString(i * nodesEach));
            processes.add(ChildProcess.start(
                    new ChildProcess.Program(MeshPart.class, List.of(), arguments),
                    line -> queue.add(JsonReader.object(line))));
        }
        List<String> addresses = new ArrayList<>();
        for (BlockingQueue<Map<String, Object>> queue : reports) {
            addresses.add(JsonReader.text(next(queue, timeout), "addresses"));
        }
        all = String.join(" ", addresses);
    }

    /** Lets them dial. Returns with how many peers at least each node is linked then. */
    public long link(Duration timeout) throws IOException, InterruptedException {
        for (ChildProcess process : processes) {
            process.tell(all);
        }
        long least = Long.MAX_VALUE;
        for (BlockingQueue<Map<String, Object>> queue : reports) {
            least = Math.min(least, (long) JsonReader.number(next(queue, timeout), "least"));
        }
        return least;
    }

    private static Map<String, Object> next(BlockingQueue<Map<String, Object>> queue, Duration timeout)
            throws IOException, InterruptedException {
        Map<String, Object> report = queue.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (report == null) {
            throw new IOException("a part of the mesh was not ready within " + timeout);
        }
        return report;
    }

    @Override
    public void close() {
        processes.forEach(ChildProcess::close);
    }
}
