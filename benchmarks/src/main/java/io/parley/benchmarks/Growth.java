package io.parley.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.parley.core.Node;
import io.parley.core.NodeLimits;
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
 * How the cost of a node grows with its peers: the real nodes on a simulated network, in one process. In a full mesh all are
 * counted. In a star, what the node in the middle costs is what the star costs more than as many links between pairs do: so
 * a node of a mesh of thousands is counted without the others' links. Nodes are idle; each publishes on a topic that somebody
 * reads. Arguments: {@code mesh} or {@code star} and numbers of nodes, by default {@code mesh 10 20 40 80}.
 */
public final class Growth {
    private static final Duration MEETING = Duration.ofMinutes(2);
    private static final Duration SETTLING = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private Growth() {}

    /** Who is linked with whom. */
    private enum Shape {
        /** Each with all. */
        MESH,
        /** All with the first. */
        STAR,
        /** The first with the second, the third with the fourth, and so on. */
        PAIRS;

        int links(int nodes) {
            return switch (this) {
                case MESH -> nodes * (nodes - 1) / 2;
                case STAR -> nodes - 1;
                case PAIRS -> nodes / 2;
            };
        }
    }

    /**
     * What a world cost when idle.
     *
     * @param links how many there are
     * @param linkedMillis of virtual time until all were up
     * @param frames sent a second, over all links
     * @param bytes of those a second, without what ZMTP and TCP add
     * @param micros of processor time a second, that of the simulated network included
     * @param heap bytes, the simulated network's included
     */
    private record Cost(double links, double linkedMillis, double frames, double bytes, double micros, double heap) {}

    /** Counts, and prints a table. */
    public static void main(String[] arguments) {
        Shape shape = arguments.length == 0 ? Shape.MESH : Shape.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        List<Integer> sizes = arguments.length < 2
                ? List.of(10, 20, 40, 80)
                : Stream.of(arguments).skip(1).map(Integer::valueOf).toList();
        measure(Shape.MESH, 20); // for the compiler
        line("nodes", "linked ms", "frames/s", "bytes/s", "CPU us/s", "heap/link");
        for (int nodes : sizes) {
            Cost cost = measure(shape, nodes);
            print(nodes, shape == Shape.STAR ? middle(cost, nodes) : each(cost, nodes));
        }
        System.out.println(
                "frames, bytes and CPU: of one node, a second" + (shape == Shape.STAR ? ", in the middle" : ""));
    }

    /** A node's share of a mesh; a link's heap is that of one of its ends. */
    private static Cost each(Cost all, int nodes) {
        return new Cost(
                all.links(),
                all.linkedMillis(),
                all.frames() / nodes,
                all.bytes() / nodes,
                all.micros() / nodes,
                all.heap() / all.links() / 2);
    }

    /** What the middle of a star costs: what is not its leaves', each of which is like a node of a pair. */
    private static Cost middle(Cost star, int nodes) {
        int leaves = nodes - 1;
        int even = leaves - leaves % 2;
        Cost pairs = measure(Shape.PAIRS, even);
        double share = (double) leaves / even;
        return new Cost(
                star.links(),
                star.linkedMillis(),
                star.frames() - share * pairs.frames(),
                star.bytes() - share * pairs.bytes(),
                star.micros() - share * pairs.micros(),
                (star.heap() - share * pairs.heap()) / leaves);
    }

    private static Cost measure(Shape shape, int count) {
        long heapBefore = heap();
        long[] passed = new long[2];
        try (Sim sim = world(shape, count)) {
            long began = sim.nanos();
            List<Node> nodes = open(sim, shape, count);
            int expected = 2 * shape.links(count);
            if (!sim.runUntil(() -> linked(nodes) == expected, MEETING)) {
                throw new IllegalStateException(
                        linked(nodes) + " of " + expected + " ends are linked after " + MEETING);
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
            double seconds = IDLE.toSeconds();
            double micros = (cpu() - cpu) / 1e3 / seconds;
            return new Cost(
                    shape.links(count), linked, passed[0] / seconds, passed[1] / seconds, micros, heap() - heapBefore);
        }
    }

    private static Sim world(Shape shape, int count) {
        Sim sim = Sim.seeded(count);
        return shape == Shape.MESH ? sim : sim.withStrangers();
    }

    private static List<Node> open(Sim sim, Shape shape, int count) {
        NodeLimits d = NodeLimits.DEFAULT;
        NodeLimits limits = new NodeLimits(
                d.linger(),
                Math.max(count, d.maxPeers()),
                d.maxChannels(),
                Math.max(count, d.maxReaders()),
                d.maxHandlerThreads(),
                d.maxReceipts());
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int to = shape == Shape.STAR ? 0 : i - 1;
            boolean dials = shape == Shape.STAR ? i > 0 : shape == Shape.PAIRS && i % 2 == 1;
            String[] peers =
                    dials ? new String[] {nodes.get(to).endpoints().get(0).toString()} : new String[0];
            nodes.add(sim.node("n" + i, builder -> builder.limits(limits).peers(peers)));
        }
        for (int i = 0; i < count; i++) {
            int to = shape == Shape.STAR ? 0 : shape == Shape.PAIRS ? i ^ 1 : (i + 1) % count;
            nodes.get(i).publisher(topic(i));
            nodes.get(to).subscribe(topic(i), message -> {});
        }
        return nodes;
    }

    private static Topic<byte[]> topic(int number) {
        return Topic.of("t" + number, Codec.bytes());
    }

    private static long linked(List<Node> nodes) {
        return nodes.stream()
                .mapToLong(node -> node.peers().stream()
                        .filter(peer -> peer.state() == Peer.State.UP)
                        .count())
                .sum();
    }

    private static void print(int nodes, Cost cost) {
        line(
                nodes,
                number(cost.linkedMillis()),
                number(cost.frames()),
                number(cost.bytes()),
                number(cost.micros()),
                number(cost.heap()));
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
