package io.parley.benchmarks.scale;

import io.parley.benchmarks.light.LightDriver;
import io.parley.benchmarks.light.LightLink;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What many links, channels and subscriptions cost one node, which has a process of its own; and how long a mesh takes to link.
 * The many peers are a driver in this process that speaks the protocol with code of its own.
 */
@Command(name = "scale", mixinStandardHelpOptions = true, description = "Measures one node with many of everything.")
public final class Scale implements java.util.concurrent.Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final int TRIPS = 4_000;
    private static final int WARM_UP = 6_000;
    private static final double MIB = 1024 * 1024;

    @Option(names = "--transport", split = ",", defaultValue = "zmtp,zmq", description = "Default: ${DEFAULT-VALUE}.")
    private List<String> transports = List.of();

    @Option(names = "--links", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}.")
    private int links;

    @Option(names = "--only", description = "links, channels, subscriptions, mesh or storm.")
    private @Nullable String only;

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Scale()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        for (String transport : transports) {
            if (wanted("links")) {
                links(transport);
            }
            if (wanted("channels")) {
                channels(transport);
            }
            if (wanted("subscriptions")) {
                subscriptions(transport);
            }
            if (wanted("mesh")) {
                mesh(transport, "dialled", "");
            }
            if (wanted("storm")) {
                mesh(
                        transport,
                        "found by mDNS",
                        "_storm" + ProcessHandle.current().pid() + "._tcp");
            }
        }
        return 0;
    }

    private boolean wanted(String part) {
        return only == null || only.equals(part);
    }

    private void links(String transport) throws Exception {
        try (HubProcess hub = new HubProcess(transport, "-Xmx256m", "-XX:+UseSerialGC");
                LightDriver driver = new LightDriver(hub.address())) {
            HubProcess.Stats alone = hub.stats();
            print(transport, "a node alone: threads", alone.threads());
            print(transport, "  heap, MiB", alone.heap() / MIB);
            print(transport, "  descriptors", alone.descriptors());
            print(transport, "  of a core, idle, %", 100 * idle(hub, driver));
            LightLink first = up(driver, 1).get(0);
            roundTrips(driver, List.of(first), WARM_UP); // for the compiler
            double[] one = roundTrips(driver, List.of(first), TRIPS);
            HubProcess.Stats before = hub.stats();
            long began = System.nanoTime();
            up(driver, links - 1);
            print(transport, links + " links: all up after, s", (System.nanoTime() - began) / 1e9);
            HubProcess.Stats after = await(hub, driver);
            print(transport, "  linked", after.peers());
            print(transport, "  heap a link, KiB", (after.heap() - before.heap()) / 1024 / (links - 1));
            print(transport, "  direct memory a link, KiB", (after.direct() - before.direct()) / 1024 / (links - 1));
            print(
                    transport,
                    "  descriptors a link",
                    (double) (after.descriptors() - before.descriptors()) / (links - 1));
            print(transport, "  threads", after.threads());
            print(transport, "  of a core, idle, %", 100 * idle(hub, driver));
            double[] many = roundTrips(driver, driver.links(), TRIPS);
            print(transport, "  round trip p50, to that of one link", many[0] / one[0]);
            print(transport, "  round trip p99, to that of one link", many[1] / one[1]);
        }
    }

    private static List<LightLink> up(LightDriver driver, int more) throws IOException {
        List<LightLink> fresh = driver.connect(more);
        require(
                driver.runUntil(
                        () -> fresh.stream()
                                .allMatch(link -> link.state() == LightLink.State.UP && link.offered("echo")),
                        PATIENCE),
                "not all links came up: " + driver.count(LightLink.State.UP));
        return fresh;
    }

    /** The driver's links have to be kept alive while the hub counts. */
    private static HubProcess.Stats await(HubProcess hub, LightDriver driver) throws Exception {
        hub.begin("stats");
        require(driver.runUntil(hub::answered, PATIENCE), "no stats");
        return hub.taken();
    }

    /** The part of a core that the hub uses while nothing is sent. */
    private static double idle(HubProcess hub, LightDriver driver) throws Exception {
        HubProcess.Stats before = await(hub, driver);
        driver.runUntil(() -> false, IDLE);
        return await(hub, driver).coreSince(before);
    }

    /** One request after the other, each by a link that chance chooses: p50 and p99 in nanoseconds. Every answer is checked. */
    private static double[] roundTrips(LightDriver driver, List<LightLink> among, int count) throws IOException {
        Random chance = new Random(count);
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            LightLink link = among.get(chance.nextInt(among.size()));
            byte[] value = new byte[64];
            chance.nextBytes(value);
            long began = System.nanoTime();
            link.request("echo", value);
            require(driver.runUntil(() -> link.reply() != null, PATIENCE), "no answer");
            nanos[i] = System.nanoTime() - began;
            require(Arrays.equals(value, link.reply()), "another answer");
        }
        Arrays.sort(nanos);
        return new double[] {nanos[count / 2], nanos[count * 99 / 100]};
    }

    private static void channels(String transport) throws Exception {
        int count = 9_990; // and some are the hub's own
        try (HubProcess hub = new HubProcess(transport, "-Xmx512m", "-XX:+UseSerialGC");
                LightDriver driver = new LightDriver(hub.address())) {
            HubProcess.Stats before = hub.stats();
            print(transport, "10,000 channels: opened after, s", hub.nanos("channels " + count) / 1e9);
            HubProcess.Stats after = hub.stats();
            print(transport, "  heap a channel, KiB", (after.heap() - before.heap()) / 1024 / count);
            print(transport, "  direct memory a channel, KiB", (after.direct() - before.direct()) / 1024 / count);
            long began = System.nanoTime();
            LightLink link = driver.connect(1).get(0);
            require(driver.runUntil(() -> link.offers() >= count, PATIENCE), "not all offers came");
            print(transport, "  a peer has all offers after, s", (System.nanoTime() - began) / 1e9);
            print(transport, "  of a core, idle, %", 100 * idle(hub, driver));
        }
    }

    private static void subscriptions(String transport) throws Exception {
        int count = 100_000;
        try (HubProcess hub = new HubProcess(transport, "-Xmx1g", "-XX:+UseSerialGC")) {
            hub.nanos("subscribe 100");
            hub.nanos("spread 300000"); // for the compiler
            double few = hub.nanos("spread 300000");
            HubProcess.Stats before = hub.stats();
            print(transport, "100,000 subscriptions: made after, s", hub.nanos("subscribe " + (count - 100)) / 1e9);
            double many = hub.nanos("spread 300000");
            HubProcess.Stats after = hub.stats();
            print(transport, "  heap a subscription, bytes", (after.heap() - before.heap()) / (count - 100));
            print(transport, "  time a message, to that of 100 subscriptions", many / few);
        }
    }

    private static void mesh(String transport, String how, String service) throws Exception {
        try (Mesh mesh = new Mesh(new Mesh.Plan(transport, 5, 10, service), PATIENCE)) {
            long began = System.nanoTime();
            require(mesh.link(PATIENCE) == 49, "not all are linked");
            print(transport, "50 nodes in 5 processes, " + how + ", s", (System.nanoTime() - began) / 1e9);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("no figure: " + otherwise);
        }
    }

    private static void print(String transport, String what, double value) {
        System.out.println(String.format(Locale.ROOT, "%-5s %-50s %10.2f", transport, what, value));
    }
}
