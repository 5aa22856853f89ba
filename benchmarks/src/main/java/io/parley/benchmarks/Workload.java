package io.parley.benchmarks;

import io.parley.tools.bench.Extent;
import io.parley.tools.bench.Work;
import io.parley.tools.bench.Work.Mode;
import io.parley.tools.bench.Work.Pattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of the results.
 *
 * @param name as {@code --work} and the results call it
 * @param work with no transport
 */
record Workload(String name, Work work) {
    /** With a warm-up that {@link Contender.Code} makes longer or shorter, so that the compiler is done before measuring begins. */
    static final Extent QUICK = Extent.time(Duration.ofSeconds(2), Duration.ofMillis(1_200));

    static final Extent FULL = Extent.time(Duration.ofSeconds(5), Duration.ofSeconds(5));

    private static final int SMALL = 64;
    private static final int KEPT = 100;
    private static final int LARGE = 1024 * 1024;
    private static final long LARGE_BYTES = 4L * 1024 * 1024 * 1024;
    private static final int PRODUCERS = 4;
    private static final String APPEND = "append-";
    private static final String FORCE = "force-";

    /** Logs are written to disk: so many bytes, and so many awaited appends. */
    private static final long LOG_BYTES = 400L * 1024 * 1024;

    private static final int FORCED = 8_000;
    private static final int FEWEST_FORCED = 250;

    /** Which rows. */
    enum Rows {
        FEW(List.of(64, 1024, 64 * 1024), List.of(50), List.of(64), List.of(1, 64)),
        ALL(
                List.of(16, 64, 256, 1024, 16 * 1024, 64 * 1024),
                List.of(1, 10, 50, 200),
                List.of(64, 1024),
                List.of(1, 4, 64));

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<Integer> sizes;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<Integer> fans;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<Integer> appended;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<Integer> awaiting;

        Rows(List<Integer> sizes, List<Integer> fans, List<Integer> appended, List<Integer> awaiting) {
            this.sizes = sizes;
            this.fans = fans;
            this.appended = appended;
            this.awaiting = awaiting;
        }

        /** Each so long; logs as long as they always are, unless messages are counted. */
        List<Workload> lasting(Extent extent) {
            List<Workload> all = new ArrayList<>();
            sizes.forEach(size -> all.add(bestEffort("oneway-" + size, Pattern.pushpull, size, extent)));
            fans.forEach(fan -> all.add(wide("fanout-" + fan, Pattern.pubsub, fan, extent)));
            all.add(wide("roundtrip-1", Pattern.pingpong, 1, extent));
            all.add(wide("request-1", Pattern.request, 1, extent));
            all.add(promising("reliable-queue", Pattern.pushpull, Mode.reliable, extent));
            all.add(promising("durable-topic", Pattern.pubsub, Mode.durable, extent));
            if (this == ALL) {
                all.add(bestEffort("oneway-" + LARGE, Pattern.pushpull, LARGE, counted(LARGE_BYTES / LARGE, extent)));
                all.add(wide("producers-" + PRODUCERS, Pattern.producers, PRODUCERS, extent));
                all.add(wide("roundtrip-64", Pattern.pingpong, 64, extent));
                all.add(promising("reliable-topic", Pattern.pubsub, Mode.reliable, extent));
                all.add(promising("durable-queue", Pattern.pushpull, Mode.durable, extent));
            }
            appended.forEach(size ->
                    all.add(bestEffort(APPEND + size, Pattern.append, size, counted(LOG_BYTES / size, extent))));
            awaiting.forEach(threads -> all.add(wide(
                    FORCE + threads,
                    Pattern.force,
                    threads,
                    counted(Math.max(FEWEST_FORCED, FORCED / threads), extent))));
            return all;
        }
    }

    private static Extent counted(long messages, Extent extent) {
        return Extent.messages(extent.messages() > 0 ? Math.min(extent.messages(), messages) : messages);
    }

    /** Whom a row's contenders are compared with: what a user would pick instead, and one more. */
    static List<String> bases(String row) {
        if (row.startsWith(APPEND)) {
            return List.of(LogSide.Medium.CHRONICLE.toString(), LogSide.Medium.LIMIT_MAPPED.toString());
        }
        return row.startsWith(FORCE)
                ? List.of(LogSide.Medium.LIMIT_FORCE.toString())
                : List.of(Contender.LIBZMQ, Contender.JEROMQ);
    }

    private static Workload bestEffort(String name, Pattern pattern, int size, Extent extent) {
        return new Workload(name, new Work(pattern, Mode.best_effort, size, extent, 1, ""));
    }

    private static Workload wide(String name, Pattern pattern, int width, Extent extent) {
        return new Workload(name, new Work(pattern, Mode.best_effort, SMALL, extent, width, ""));
    }

    private static Workload promising(String name, Pattern pattern, Mode mode, Extent extent) {
        return new Workload(name, new Work(pattern, mode, mode == Mode.durable ? KEPT : SMALL, extent, 1, ""));
    }
}
