package io.parley.testkit;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.NodeEvent;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.DeliveryProvider;
import io.parley.testkit.discovery.SimAir;
import io.parley.testkit.log.Crash;
import io.parley.testkit.net.SimHost;
import io.parley.testkit.net.SimNetwork;
import io.parley.testkit.seeded.ManualClock;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in one simulated world: no sockets, no clocks, no luck. Real nodes run here, over a simulated network and in simulated
 * time, and the same seed gives the same run.
 *
 * <pre>
 *   try (Sim sim = Sim.seeded(42)) {
 *       Node a = sim.node("a"), b = sim.node("b");
 *       b.subscribe(TICKS, m -&gt; got.add(m.value()));
 *       sim.partition(a, b);
 *       a.publisher(TICKS).send(tick);
 *       sim.run(Duration.ofSeconds(2));
 *       sim.heal();
 *       sim.runUntil(() -&gt; got.size() == 1, Duration.ofSeconds(5));
 *   }
 * </pre>
 *
 * <p>Time passes only while somebody waits: in {@link #run}, {@link #runUntil}, or in a call of a node that waits, from the
 * test or from a handler. Everything runs on one thread at a time, so tests need no locks. A node knows the address of all
 * others. An exception in a node's loop, or that one of its threads lets escape, is thrown by whatever the test waits in.
 *
 * <p>To be used by one thread, the test's; handlers may use it too.
 */
public final class Sim implements AutoCloseable {
    private static final int PORT = 7_000;
    private static final int HOSTS_A_NET = 200;

    private final SeededEntropy chance;
    private final SimNetwork network;
    private final SimPump pump;
    private final List<SimProcess> processes = new ArrayList<>();
    private final IdentityHashMap<Node, SimProcess> byNode = new IdentityHashMap<>();
    private final List<DeliveryProvider> deliveries = new ArrayList<>();
    private final Map<String, SimDisk> disks = new HashMap<>();
    private boolean keys;
    private boolean strangers;
    private @Nullable SimAir air;

    private Sim(long seed) {
        chance = new SeededEntropy(seed);
        network = new SimNetwork(new ManualClock(), chance.split());
        pump = new SimPump(network);
    }

    /** A world without nodes. */
    public static Sim seeded(long seed) {
        return new Sim(seed);
    }

    /** Nodes that are opened from now on get this delivery too, as by {@link NodeBuilder#delivery}. */
    public Sim delivery(DeliveryProvider provider) {
        deliveries.add(provider);
        return this;
    }

    /**
     * Nodes that are opened from now on keep their NodeId when they are restarted, and nothing else: as with keys, and without
     * a data directory. Their epoch stays 0, their nonce is another one in each run.
     */
    public Sim withKeys() {
        keys = true;
        return this;
    }

    /**
     * The disk of the node of this name, for a delivery that keeps a journal. It outlives the node's processes: a crash leaves
     * what was written on it, a power cut what was forced and some of the rest.
     */
    public SimDisk disk(String node) {
        return disks.computeIfAbsent(node, name -> new SimDisk(pump, chance.split()));
    }

    private void crashDisk(Node node, Crash how) {
        SimDisk disk = disks.get(node.name());
        if (disk != null) {
            disk.crash(how);
        }
    }

    /**
     * Nodes that are opened from now on are not told the addresses of the others: they hear of each other.
     *
     * @return what they hear, for forging and silence
     */
    public SimAir discovering() {
        SimAir made = air;
        if (made == null) {
            made = new SimAir(network, chance.split());
            air = made;
        }
        return made;
    }

    /** Nodes that are opened from now on are told no addresses, and hear of nobody: their settings say whom they dial. */
    public Sim withStrangers() {
        strangers = true;
        return this;
    }

    // nodes

    /** Opens a node on a host of its own. No time passes: it is linked to nobody yet. */
    public Node node(String name) {
        return node(name, builder -> builder);
    }

    /**
     * Opens a node on a host of its own.
     *
     * @param settings what is to be different; used again when the node is restarted
     */
    public Node node(String name, UnaryOperator<NodeBuilder> settings) {
        int number = processes.size();
        SimHost host = network.host("10.0." + number / HOSTS_A_NET + "." + (1 + number % HOSTS_A_NET));
        NodeId id = keys ? new NodeId(chance.nextLong(), chance.nextLong()) : null;
        SimProcess.Place place = new SimProcess.Place(name, host, settings, id);
        SimProcess process = new SimProcess(place, network, pump, chance.split());
        processes.add(process);
        return open(process);
    }

    private Node open(SimProcess process) {
        SimProcess.Place place = process.place();
        NodeBuilder builder = Node.builder(place.name())
                .listen(address(process))
                .runtime(process.runtime())
                .onEvent(process::happened)
                .transport(place.host().drivenProvider(process.runtime()::news));
        deliveries.forEach(builder::delivery);
        SimAir heard = air;
        if (heard != null) {
            builder.discovery(heard.provider(place.host()));
        } else if (!strangers) {
            knowEachOther(process, builder);
        }
        Node node = openOrDie(place.settings().apply(builder), process);
        process.node(node);
        byNode.put(node, process);
        if (heard == null && !strangers) {
            tellOthers(process);
        }
        return node;
    }

    /** A process whose node cannot be opened is over. */
    private static Node openOrDie(NodeBuilder builder, SimProcess process) {
        try {
            return builder.open();
        } catch (ParleyException e) {
            process.die();
            throw e;
        }
    }

    private void knowEachOther(SimProcess process, NodeBuilder builder) {
        for (SimProcess other : processes) {
            if (other != process) {
                builder.peers(address(other));
            }
        }
    }

    private void tellOthers(SimProcess process) {
        for (SimProcess other : processes) {
            if (other != process && other.isOpen() && other.runs() && !other.isClosed()) {
                other.node().addPeer(Endpoint.parse(address(process)));
            }
        }
    }

    private static String address(SimProcess process) {
        return "tcp://" + process.place().host().address() + ":" + PORT;
    }

    private SimProcess process(Node node) {
        SimProcess process = byNode.get(node);
        if (process == null) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "node '" + node.name() + "' is not of this world");
        }
        return process;
    }

    /** The host of a node on the {@link #network}. */
    public SimHost host(Node node) {
        return process(node).place().host();
    }

    /** What happened to a node so far, in this run of it: at most the first 100,000 events. */
    public List<NodeEvent> events(Node node) {
        return List.copyOf(process(node).events());
    }

    // time

    /** Lets so much time pass. In a handler: it works for so long. */
    public void run(Duration time) {
        runUntil(() -> false, time);
    }

    /**
     * Lets time pass until the condition holds, which is looked at after each event.
     *
     * @param limit the longest wait
     * @return whether it holds
     * @throws AssertionError when an exception escaped from a node
     * @throws ParleyException INTERRUPTED when a handler waits here and is interrupted
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        try {
            return pump.await(null, condition, limit.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, "interrupted while time passes", e);
        }
    }

    /** Has something happen when so much time has passed. */
    public void after(Duration delay, Runnable action) {
        network.after(delay, action);
    }

    /**
     * Has a node's program do something when so much time has passed. It does it later when its process stands still, and
     * never when that was killed. It may wait, as on a thread of its own.
     */
    public void after(Node node, Duration delay, Runnable action) {
        process(node).after(delay.toNanos(), action);
    }

    /** The time of this world, as {@link io.parley.core.spi.Clock#nanos}. */
    public long nanos() {
        return network.clock().nanos();
    }

    /** Makes the wall clock of a node's host jump, forward or back. */
    public void jumpWallClock(Node node, Duration by) {
        process(node).runtime().jumpWallClock(by);
    }

    /** Chance that depends on the seed alone. */
    public SeededEntropy chance() {
        return chance;
    }

    // faults

    /** Nothing passes between these two until {@link #heal}; no connection breaks by itself. */
    public void partition(Node one, Node other) {
        network.partition(host(one), host(other));
    }

    /** Ends all partitions: what was held back goes on. */
    public void heal() {
        network.healAll();
    }

    /** Ends the partition between these two. */
    public void heal(Node one, Node other) {
        network.heal(host(one), host(other));
    }

    /** Breaks the connections between these two; both are told. They may connect again at once. */
    public void sever(Node one, Node other) {
        network.sever(host(one), host(other));
    }

    /** Leaves a connection half open: one side is told that it broke, the other is not. */
    public void halfOpen(Node told, Node untold) {
        network.halfOpen(host(told), host(untold));
    }

    /** Kills a node's process: nothing of it runs any more. Its system breaks its connections. */
    public void crash(Node node) {
        process(node).die();
        host(node).crash();
        crashDisk(node, Crash.KILL);
    }

    /** Takes the power from a node's host: nothing of it runs any more, and nobody is told. */
    public void cutPower(Node node) {
        process(node).die();
        host(node).vanish();
        crashDisk(node, Crash.POWER_CUT);
    }

    /** Stops a node's process for so long: its loop and its handlers do not run, its connections stand. */
    public void pauseProcess(Node node, Duration time) {
        pauseProcess(node);
        network.after(time, process(node)::goOn);
    }

    /** Stops a node's process until {@link #resumeProcess}. */
    public void pauseProcess(Node node) {
        process(node).stop();
    }

    /** Lets a process go on that was stopped. */
    public void resumeProcess(Node node) {
        process(node).goOn();
    }

    /**
     * Opens a node that was crashed or closed again: a new process on the same host, with the same name and settings, and
     * nothing in its memory. When it cannot be opened, for example since its disk fails, it can be restarted once more.
     *
     * @return the new node; the one before stays dead
     */
    public Node restart(Node node) {
        SimProcess before = process(node);
        if (!before.isDead() && !before.isClosed()) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "node '" + node.name() + "' runs; crash or close it first");
        }
        before.die();
        before.place().host().appear();
        SimProcess after = new SimProcess(before.place(), network, pump, chance.split());
        processes.replaceAll(process -> process.place().equals(before.place()) ? after : process);
        return open(after);
    }

    /** The network, for finer faults: latency, single frames lost, delayed or repeated. */
    public SimNetwork network() {
        return network;
    }

    /** Ends everything at once; no time passes. Close nodes before where their closing is part of the test. */
    @Override
    public void close() {
        processes.forEach(SimProcess::die);
        pump.close();
    }
}
