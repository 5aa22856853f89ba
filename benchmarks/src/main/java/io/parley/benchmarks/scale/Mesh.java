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

/** Nodes in several processes, each of which looks for all others at the same moment. */
public final class Mesh implements AutoCloseable {
    private final List<ChildProcess> processes = new ArrayList<>();
    private final List<BlockingQueue<Map<String, Object>>> reports = new ArrayList<>();
    private final String all;

    /**
     * What is to be meshed.
     *
     * @param transport of the links
     * @param parts how many processes
     * @param nodesEach how many nodes each of them has
     * @param service the type by which they find each other over mDNS; empty when they are given each other's addresses
     */
    public record Plan(String transport, int parts, int nodesEach, String service) {
        private List<String> arguments(int part) {
            return List.of(transport, Integer.toString(nodesEach), Integer.toString(part * nodesEach), service);
        }
    }

    /** Starts the processes, and waits until they are ready: all nodes listen, unless they are to find each other. */
    public Mesh(Plan plan, Duration timeout) throws IOException, InterruptedException {
        for (int i = 0; i < plan.parts(); i++) {
            BlockingQueue<Map<String, Object>> queue = new LinkedBlockingQueue<>();
            reports.add(queue);
            processes.add(ChildProcess.start(
                    new ChildProcess.Program(MeshPart.class, List.of(), plan.arguments(i)),
                    line -> queue.add(JsonReader.object(line))));
        }
        List<String> words = new ArrayList<>(List.of(Integer.toString(plan.parts() * plan.nodesEach())));
        for (BlockingQueue<Map<String, Object>> queue : reports) {
            words.add(JsonReader.text(next(queue, timeout), "addresses"));
        }
        all = String.join(" ", words);
    }

    /** Lets them look for each other. Returns with how many peers at least each node is linked then. */
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
