package io.parley.benchmarks;

import io.parley.core.error.ParleyException;
import io.parley.tools.bench.Bench;
import io.parley.tools.bench.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** All that is measured of a row: contenders that {@link Contender#stays stay} do so until it ends. Belongs to one thread. */
final class Sitting implements AutoCloseable {
    private final Workload workload;
    private final Duration longestRun;
    private final Map<String, Bench> staying = new HashMap<>();

    Sitting(Workload workload, Duration longestRun) {
        this.workload = workload;
        this.longestRun = longestRun;
    }

    Workload workload() {
        return workload;
    }

    /**
     * Measures a contender.
     *
     * @throws ParleyException when there is no figure; the contender's sides are started anew the next time
     */
    Outcome measure(Contender contender) throws IOException, InterruptedException {
        boolean first = !staying.containsKey(contender.name());
        Bench bench = staying.computeIfAbsent(
                contender.name(), name -> new Bench(contender.as(workload.work()), longestRun, contender.sides()));
        boolean measured = false;
        try {
            Outcome outcome = first ? bench.run() : bench.again();
            measured = true;
            return outcome;
        } finally {
            if (!measured || !contender.stays()) {
                staying.remove(contender.name());
                leave(bench, measured);
            }
        }
    }

    private static void leave(Bench bench, boolean orderly) throws InterruptedException {
        try (bench) {
            if (orderly) {
                bench.end();
            }
        }
    }

    /** Ends those that stayed. */
    @Override
    public void close() throws InterruptedException {
        staying.values().forEach(Bench::askToEnd);
        try {
            for (Bench bench : staying.values()) {
                bench.end();
            }
        } finally {
            staying.values().forEach(Bench::close);
        }
    }
}
