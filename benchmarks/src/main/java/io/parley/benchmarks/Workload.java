package io.parley.benchmarks;

import io.parley.tools.bench.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of the results.
 *
 * @param name as {@code --work} and the results call it
 * @param work with no transport
 */
record Workload(String name, Work work) {
    private static final int[] SIZES = {16, 64, 256, 1024, 16 * 1024, 64 * 1024};
    private static final int[] FANS = {1, 10};
    private static final int SMALL = 64;

    /** So many times as long as in a quick run, and then with as many processes as there are subscribers. */
    private static final int FULL = 4;

    private static final int MANY = 50;

    /** How long a run is. */
    enum Length {
        QUICK,
        FULL
    }

    /** Every row. */
    static List<Workload> all(Length length) {
        List<Workload> all = new ArrayList<>();
        for (int size : SIZES) {
            all.add(of("oneway-" + size, Work.Pattern.pushpull, shape(Work.Mode.best_effort, size, 1), length));
        }
        for (int fan : FANS) {
            all.add(of("fanout-" + fan, Work.Pattern.pubsub, shape(Work.Mode.best_effort, SMALL, fan), length));
        }
        if (length == Length.FULL) {
            all.add(of("fanout-" + MANY, Work.Pattern.pubsub, shape(Work.Mode.best_effort, SMALL, MANY), length));
        }
        all.add(of("reliable-queue", Work.Pattern.pushpull, shape(Work.Mode.reliable, SMALL, 1), length));
        all.add(of("reliable-topic", Work.Pattern.pubsub, shape(Work.Mode.reliable, SMALL, 1), length));
        return all;
    }

    private record Shape(Work.Mode mode, int size, int peers) {}

    private static Shape shape(Work.Mode mode, int size, int peers) {
        return new Shape(mode, size, peers);
    }

    private static Workload of(String name, Work.Pattern pattern, Shape shape, Length length) {
        long most = Work.messages(shape.size(), shape.mode(), shape.peers());
        long messages = length == Length.QUICK ? most : FULL * most;
        return new Workload(name, new Work(pattern, shape.mode(), shape.size(), messages, shape.peers(), ""));
    }

    /** The same, for sides that are told a transport. */
    Work over(String transport) {
        return new Work(work.pattern(), work.mode(), work.size(), work.messages(), work.peers(), transport);
    }
}
