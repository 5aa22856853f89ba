package io.parley.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.Topic;
import io.parley.core.codec.Codec;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How the cost of a full mesh grows with its nodes: the real nodes on a simulated network, in one process.
 * Each node publishes on a topic of its own and reads one of its neighbour's. What a node sends when nothing happens,
 * what its share of the heap is, and the processor time of its state machines are counted; what 1,000 nodes would cost is
 * calculated from what was counted, and marked so. Arguments: the numbers of nodes, by default 10 20 40 80.
 */
public final class Growth {
    private static final Duration MEETING = Duration.ofMinutes(1);
    private static final Duration SETTLING = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final int[] BEYOND = {200, 1_000, 10_000};

    private Growth() {}

    /**
     * What one size cost.
     *
     * @param nodes how many
     * @param linkedMillis of virtual time until each was linked with all
     * @param framesPerSecond that a node sent when idle
     * @param bytesPerSecond of those, without what ZMTP and TCP add
     * @param microsPerSecond of processor time, its share of the simulated network included
     * @param heapPerLink in bytes, the simulated network's buffers included
     */
    private record Cost(
            int nodes,
            double linkedMillis,
            double framesPerSecond,
            double bytesPerSecond,
            double microsPerSecond,
            double heapPerLink) {}

    /** Counts, and prints a table. */
    public static void main(String[] arguments) {
        List<Integer> sizes = arguments.length == 0
                ? List.of(10, 20, 40, 80)
                : Stream.of(arguments).map(Integer::valueOf).toList();
        measure(sizes.get(sizes.size() - 1)); // for the compiler
        line("nodes", "linked ms", "frames/s", "bytes/s", "CPU us/s", "heap/link");
        List<Cost> costs = new ArrayList<>();
        for (int nodes : sizes) {
            Cost cost = measure(nodes);
            costs.add(cost);
            print("", cost);
        }
        for (int nodes : BEYOND) {
            print("~", beyond(costs.get(costs.size() - 1), nodes));
        }
        System.out.println("frames, bytes and CPU: of one node, idle, a second. ~: calculated from the largest above.");
    }

    private static Cost measure(int count) {
        long heapBefore = heap();
        long[] passed = new long[2];
        try (Sim sim = Sim.seeded(count)) {
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                nodes.add(sim.node("n" + i));
            }
            for (int i = 0; i < count; i++) {
                nodes.get(i).publisher(topic(i));
                nodes.get((i + 1) % count).subscribe(topic(i), message -> {});
            }
            long began = sim.nanos();
            if (!sim.runUntil(() -> nodes.stream().allMatch(node -> linked(node) == count - 1), MEETING)) {
                throw new IllegalStateException(count + " nodes did not link within " + MEETING);
            }
            double linked = (sim.nanos() - began) / 1e6;
            sim.run(SETTLING);
            sim.network().rule(passage -> {
                passed[0]++;
                passed[1] += passage.frame().remaining();
                return FrameFate.PASS;
            });
            long cpu = cpu();
            sim.run(IDLE);
            double share = count * (double) IDLE.toSeconds();
            double micros = (cpu() - cpu) / 1e3 / share;
            double links = count * (count - 1.0);
            return new Cost(count, linked, passed[0] / share, passed[1] / share, micros, (heap() - heapBefore) / links);
        }
    }

    private static Topic<byte[]> topic(int number) {
        return Topic.of("t" + number, Codec.bytes());
    }

    private static long linked(Node node) {
        return node.peers().stream()
                .filter(peer -> peer.state() == Peer.State.UP)
                .count();
    }

    /** Everything but the heap of a link grows with the number of peers. */
    private static Cost beyond(Cost largest, int nodes) {
        double factor = (nodes - 1.0) / (largest.nodes() - 1.0);
        return new Cost(
                nodes,
                Double.NaN,
                factor * largest.framesPerSecond(),
                factor * largest.bytesPerSecond(),
                factor * largest.microsPerSecond(),
                largest.heapPerLink());
    }

    private static void print(String mark, Cost cost) {
        line(
                mark + cost.nodes(),
                Double.isNaN(cost.linkedMillis()) ? "" : number(cost.linkedMillis()),
                number(cost.framesPerSecond()),
                number(cost.bytesPerSecond()),
                number(cost.microsPerSecond()),
                number(cost.heapPerLink()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private static void line(Object... cells) {
        System.out.println(String.format(Locale.ROOT, "%8s %10s %10s %10s %10s %10s", cells));
    }

    private static long cpu() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long heap() {
        System.gc();
        System.gc(); // what the first one only found to be let go
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
