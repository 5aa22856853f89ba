package io.parley.tools.node;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.NodeEvent;
import io.parley.core.NodeLimits;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.DeliveryProvider;
import io.parley.discovery.Mdns;
import io.parley.reliability.Journal;
import io.parley.tools.text.Sizes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command with a node has. */
public final class NodeOptions {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private static final Set<Happening> OF_DISK = EnumSet.of(
            Happening.DISK_FULL,
            Happening.DISK_HAS_ROOM,
            Happening.CHANNEL_FAILED,
            Happening.JOURNAL_DAMAGED,
            Happening.JOURNAL_TORN);

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the node calls itself. Default: the command and the process id.")
    private @Nullable String name;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            defaultValue = "default",
            description = "Nodes of other groups are refused. Default: ${DEFAULT-VALUE}.")
    private String group = "default";

    @Option(
            names = "--listen",
            paramLabel = "ADDR",
            description =
                    "Where to listen, for example tcp://*:7700; port 0 is any free one. May be repeated. Default: a free"
                            + " port, with mDNS of every interface that it uses, else of loopback.")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = "--peer",
            paramLabel = "ADDR",
            description = "A node to link with, for example tcp://10.0.0.5:7700. May be repeated.")
    private List<String> peers = new ArrayList<>();

    @Option(
            names = "--mdns",
            paramLabel = "on|off",
            defaultValue = "${env:PARLEY_MDNS:-on}",
            description = "Find other nodes of the group by mDNS, and be found. Default: ${DEFAULT-VALUE}.")
    private Switch mdns = Switch.on;

    @Option(
            names = "--interface",
            paramLabel = "NAME|ADDR",
            split = ",",
            defaultValue = "${env:PARLEY_INTERFACE:-}",
            description =
                    "Where to use mDNS: interfaces by name or address, as eth0, or lo for this host alone. Default: all, or"
                            + " loopback where there is no other.")
    private List<String> interfaces = new ArrayList<>();

    @Option(
            names = "--transport",
            paramLabel = "zmq|zmtp",
            defaultValue = "",
            description = "What carries the links. Default: the fastest one that is installed.")
    private String transport = "";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the node keeps its journals, and who it is from run to run; made when it is missing.")
    private @Nullable Path data;

    @Option(
            names = "--budget",
            paramLabel = "SIZE",
            description =
                    "How much the journals in --data may take together, for example 500MiB; at least 1MiB. Default: what"
                            + " their capacities and the disk allow.")
    private @Nullable String budget;

    @Option(names = "--linger", paramLabel = "TIME", description = "How long closing may take. Default: 2s.")
    private Duration linger = NodeLimits.DEFAULT.linger();

    @Option(names = "--json", description = "One JSON object per line on standard output.")
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description =
                    "How long to wait at the most: pub and push for --wait (default 30s; the run itself has no limit), sub"
                            + " and pull for messages (default for ever), request for each reply (default 10s), peers and explain for answers (default 2s).")
    private @Nullable Duration timeout;

    /** Whether results are JSON. */
    public boolean json() {
        return json;
    }

    /** What was given with --timeout, or null. */
    public @Nullable Duration timeout() {
        return timeout;
    }

    /** How long to wait for others at the most. */
    public Duration patience() {
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }

    /** What was given with --data, or null. */
    public @Nullable Path data() {
        return data;
    }

    /** How many addresses of peers were given. */
    public int peerCount() {
        return peers.size();
    }

    /** Whether others may come that were not named. */
    public boolean expectsStrangers() {
        return peers.isEmpty() || !listen.isEmpty() || findsOthers();
    }

    /** Whether others are found that were not named. */
    public boolean findsOthers() {
        return mdns == Switch.on;
    }

    /** The interfaces for mDNS; empty for all. */
    public List<String> interfaces() {
        return interfaces.stream().filter(one -> !one.isBlank()).toList();
    }

    /** The group of the node. */
    public String group() {
        return group;
    }

    /**
     * Opens the node, and says on standard error where it listens.
     *
     * @param command what the node is called when it was given no name
     */
    public Node open(String command, Events events) {
        String called = name == null ? command + "-" + ProcessHandle.current().pid() : name;
        NodeBuilder builder = Node.builder(called)
                .group(group)
                .listen(listen.toArray(String[]::new))
                .peers(peers.toArray(String[]::new))
                .transport(Transports.named(transport))
                .linger(linger)
                .onEvent(events);
        for (DeliveryProvider delivery : Transports.deliveries()) {
            builder.delivery(delivery);
        }
        if (data != null) {
            events.listen(NodeOptions::tellOfDisk);
            Journal journal = Journal.in(data);
            builder.delivery(budget == null ? journal : journal.budget(bytes(budget)));
        }
        if (findsOthers()) {
            builder.discovery(Mdns.lan().on(interfaces().toArray(String[]::new)));
        }
        Node node = builder.open();
        for (Endpoint endpoint : node.endpoints()) {
            System.err.println("listening on " + endpoint + " as " + called);
        }
        return node;
    }

    private static long bytes(String size) {
        try {
            return Sizes.parseLong(size);
        } catch (IllegalArgumentException e) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "--budget: " + e.getMessage(), e);
        }
    }

    /** Whoever waits for a disk sees why. */
    private static void tellOfDisk(NodeEvent event) {
        if (OF_DISK.contains(event.what())) {
            System.err.println(event.what() + ": " + event.channel() + ": " + event.detail());
        }
    }

    /**
     * Waits until every peer that was named is linked.
     *
     * @return whether they are
     */
    public boolean awaitLinks(Node node, Events events, Duration longest) throws InterruptedException {
        return events.await(() -> linked(node) >= peers.size(), longest);
    }

    private static long linked(Node node) {
        return node.peers().stream()
                .filter(peer -> peer.state() == Peer.State.UP)
                .count();
    }
}
