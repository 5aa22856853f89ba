package io.parley.benchmarks.scale;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.UnixOperatingSystemMXBean;
import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.Outgoing;
import io.parley.core.Peer;
import io.parley.core.Publisher;
import io.parley.core.Service;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.tools.node.Transports;
import io.parley.tools.process.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A node in a process of its own that does what standard input says, a command a line, and reports each as an event of the
 * command's name. Argument: the transport. It ends when its input does.
 */
public final class Hub {
    /** So many that wait make no subscription lose any, however long its handler has not run. */
    private static final int AHEAD = 5_000;

    /** A topic that it publishes on. */
    public static final Topic<byte[]> TICKS =
            Topic.of("ticks", Codec.bytes()).whenFull(Overflow.block(Duration.ofSeconds(60)));
    /** A service that gives back what it gets. */
    public static final Service<byte[], byte[]> ECHO = Service.of("echo", Codec.bytes(), Codec.bytes());

    private static final Duration FLUSH = Duration.ofSeconds(60);

    private final Node node;
    private final Publisher<byte[]> ticks;
    private final LongAdder got = new LongAdder();
    private final List<Subscription> subscriptions = new ArrayList<>();

    private Hub(Node node) {
        this.node = node;
        this.ticks = node.publisher(TICKS);
        node.reply(ECHO, request -> request);
    }

    /** A node of that transport on loopback, with every delivery. */
    public static Node open(String name, String transport) {
        return builder(name, transport).open();
    }

    /** The same, to be given more. */
    static NodeBuilder builder(String name, String transport) {
        NodeBuilder builder = Node.builder(name)
                .listen("tcp://127.0.0.1:0")
                .transport(Transports.named(transport))
                .onEvent(event -> {});
        Transports.deliveries().forEach(builder::delivery);
        return builder;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try (Node node = open("hub", arguments[0])) {
            Hub hub = new Hub(node);
            Report.send(Report.event("listening")
                    .put("address", node.endpoints().get(0).toString()));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                hub.run(words[0], words.length > 1 ? Integer.parseInt(words[1]) : 0);
            }
        }
        System.exit(0);
    }

    private void run(String command, int count) throws InterruptedException {
        long began = System.nanoTime();
        switch (command) {
            case "publish" -> publish(count);
            case "channels" -> {
                for (int i = 0; i < count; i++) {
                    node.publisher(Topic.of("c" + i, Codec.bytes()));
                }
            }
            case "subscribe" -> {
                for (int i = 0; i < count; i++) {
                    subscriptions.add(
                            node.subscribe(TICKS.matching("s." + subscriptions.size()), message -> got.increment()));
                }
                awaitLastFilter();
            }
            case "spread" -> {
                for (int i = 0; i < count; i++) {
                    if (i % AHEAD == 0) {
                        awaitGot(i);
                    }
                    ticks.send(Outgoing.of(new byte[64]).subject("s." + i % subscriptions.size()));
                }
                awaitGot(count);
                got.reset();
            }
            case "stats" -> {
                stats();
                return;
            }
            default -> throw new IllegalArgumentException(command);
        }
        Report.send(Report.event(command).put("nanos", System.nanoTime() - began));
    }

    /** Filters reach the sender one after another, behind those who wait for a subscriber: until the last of them did. */
    private void awaitLastFilter() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        try (Subscription last = node.subscribe(TICKS.matching("last"), message -> reached.countDown())) {
            do {
                ticks.send(Outgoing.of(new byte[64]).subject("last"));
            } while (!reached.await(1, TimeUnit.MILLISECONDS));
        }
    }

    private void awaitGot(int count) {
        while (got.sum() < count) {
            Thread.onSpinWait();
        }
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            ticks.send(Integer.toString(i).getBytes(UTF_8));
        }
        ticks.flush(FLUSH);
    }

    private void stats() {
        System.gc();
        System.gc(); // what the first one only found to be let go
        Runtime runtime = Runtime.getRuntime();
        UnixOperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        Report.send(Report.event("stats")
                .put("heap", runtime.totalMemory() - runtime.freeMemory())
                .put("direct", direct())
                .put("cpuNanos", system.getProcessCpuTime())
                .put("nanos", System.nanoTime())
                .put("descriptors", system.getOpenFileDescriptorCount())
                .put("threads", ours())
                .put("peers", peersUp(node)));
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Threads of the node and its transport: the JVM's own, and this one, do not count. */
    private static long ours() {
        return Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getThreadGroup)
                        .filter(group -> group != null && !group.getName().equals("system"))
                        .count()
                - 1;
    }

    /** How many peers are linked. */
    public static long peersUp(Node node) {
        return node.peers().stream()
                .filter(peer -> peer.state() == Peer.State.UP)
                .count();
    }
}
