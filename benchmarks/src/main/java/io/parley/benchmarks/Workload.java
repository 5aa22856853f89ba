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
    /** Both so long that the compiler is done before measuring begins. */
    static final Extent QUICK = Extent.time(Duration.ofMillis(1_500), Duration.ofMillis(1_500));

    static final Extent FULL = Extent.time(Duration.ofSeconds(4), Duration.ofSeconds(5));

    private static final int SMALL = 64;

    /** Which rows. */
    enum Rows {
        FEW(List.of(64, 1024, 64 * 1024), List.of(10, 50)),
        ALL(List.of(16, 64, 256, 1024, 16 * 1024, 64 * 1024), List.of(1, 10, 50, 200));

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<Integer> sizes;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<Integer> fans;

        Rows(List<Integer> sizes, List<Integer> fans) {
            this.sizes = sizes;
            this.fans = fans;
        }

        /** Each so long. */
        List<Workload> lasting(Extent extent) {
            List<Workload> all = new ArrayList<>();
            for (int size : sizes) {
                all.add(bestEffort("oneway-" + size, Pattern.pushpull, size, extent));
            }
            for (int fan : fans) {
                all.add(wide("fanout-" + fan, Pattern.pubsub, fan, extent));
            }
            all.add(wide("roundtrip-1", Pattern.pingpong, 1, extent));
            all.add(reliable("reliable-queue", Pattern.pushpull, extent));
            if (this == ALL) {
                all.add(wide("roundtrip-64", Pattern.pingpong, 64, extent));
                all.add(reliable("reliable-topic", Pattern.pubsub, extent));
            }
            return all;
        }
    }

    private static Workload bestEffort(String name, Pattern pattern, int size, Extent extent) {
        return new Workload(name, new Work(pattern, Mode.best_effort, size, extent, 1, ""));
    }

    private static Workload wide(String name, Pattern pattern, int width, Extent extent) {
        return new Workload(name, new Work(pattern, Mode.best_effort, SMALL, extent, width, ""));
    }

    private static Workload reliable(String name, Pattern pattern, Extent extent) {
        return new Workload(name, new Work(pattern, Mode.reliable, SMALL, extent, 1, ""));
    }

    /** The work for sides that are told a transport. */
    Work over(String transport) {
        return new Work(work.pattern(), work.mode(), work.size(), work.extent(), work.width(), transport);
    }
}
