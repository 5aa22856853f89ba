package io.parley.testkit;

import io.parley.core.Node;
import io.parley.testkit.net.SimSettings;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Has things go wrong in a {@link Sim}, one after the other, at times and places that depend on its seed alone. Partitions and
 * pauses end by themselves after a while, and all of them at {@link #end}.
 */
public final class Mishaps {
    /** What may go wrong. */
    public enum Kind {
        /** Two nodes do not reach each other for 10 ms to 20 s. */
        PARTITION,
        /** The connections between two nodes break. */
        SEVER,
        /** The connections between two nodes break, and only one side is told. */
        HALF_OPEN,
        /** A process stands still for 10 ms to 15 s. */
        PAUSE,
        /** The whole network is slow for a while. */
        SLOW,
        /** The wall clock of a host jumps by up to a day. */
        CLOCK_JUMP,
        /** A process is killed. */
        CRASH,
        /** A host loses its power. */
        POWER_CUT
    }

    private static final Duration LEAST = Duration.ofMillis(10);

    private final Sim sim;
    private final Supplier<List<Node>> nodes;
    private final SeededEntropy chance;
    private final Set<Node> paused = new java.util.LinkedHashSet<>();
    private final List<String> told = new ArrayList<>();
    private List<Kind> kinds = List.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.PAUSE, Kind.SLOW);
    private Duration pause = Duration.ofMillis(800);
    private Consumer<Node> onDeath = node -> {};
    private boolean over;

    /**
     * Mishaps among these nodes.
     *
     * @param nodes asked anew each time; those that are alive
     */
    public Mishaps(Sim sim, Supplier<List<Node>> nodes) {
        this.sim = sim;
        this.nodes = nodes;
        chance = sim.chance().split();
    }

    /** Only these kinds; all but clock jumps and deaths when not called. */
    public Mishaps of(Set<Kind> only) {
        kinds = List.copyOf(EnumSet.copyOf(only));
        return this;
    }

    /** How long between two of them on average; 800 ms when not called. */
    public Mishaps every(Duration mean) {
        pause = mean;
        return this;
    }

    /** Told of a node that was killed, at once. */
    public Mishaps onDeath(Consumer<Node> listener) {
        onDeath = listener;
        return this;
    }

    /** Begins. */
    public Mishaps begin() {
        later();
        return this;
    }

    private void later() {
        sim.after(Duration.ofNanos(chance.nextBetween(0, 2 * pause.toNanos())), () -> {
            if (!over) {
                strike();
                later();
            }
        });
    }

    /** Ends: nothing new goes wrong, partitions heal, and who stands still goes on. */
    public void end() {
        over = true;
        sim.heal();
        List.copyOf(paused).forEach(this::goOn);
        sim.network().use(SimSettings.lan());
    }

    private void strike() {
        List<Node> alive = nodes.get();
        if (alive.isEmpty()) {
            return;
        }
        Node one = alive.get(chance.nextInt(alive.size()));
        Node other = alive.get(chance.nextInt(alive.size()));
        Kind kind = kinds.get(chance.nextInt(kinds.size()));
        switch (kind) {
            case PARTITION -> partition(one, other);
            case SEVER -> sim.sever(one, other);
            case HALF_OPEN -> sim.halfOpen(one, other);
            case PAUSE -> pause(one);
            case SLOW -> slow();
            case CLOCK_JUMP -> sim.jumpWallClock(one, Duration.ofSeconds(chance.nextBetween(-3_600, 86_400)));
            case CRASH -> {
                sim.crash(one);
                onDeath.accept(one);
            }
            case POWER_CUT -> {
                sim.cutPower(one);
                onDeath.accept(one);
            }
        }
        told.add(Duration.ofNanos(sim.nanos()) + " " + kind + " " + one.name() + " " + other.name());
    }

    /** Short times are as likely as long ones. */
    private Duration spell(Duration most) {
        double span = Math.log((double) most.toNanos() / LEAST.toNanos());
        double unit = (chance.nextLong() >>> 11) * 0x1.0p-53;
        return Duration.ofNanos((long) (LEAST.toNanos() * Math.exp(unit * span)));
    }

    private void partition(Node one, Node other) {
        if (one != other) {
            sim.partition(one, other);
            sim.after(spell(Duration.ofSeconds(20)), () -> sim.heal(one, other));
        }
    }

    private void pause(Node node) {
        if (paused.add(node)) {
            sim.pauseProcess(node);
            sim.after(spell(Duration.ofSeconds(15)), () -> goOn(node));
        }
    }

    private void goOn(Node node) {
        if (paused.remove(node)) {
            sim.resumeProcess(node);
        }
    }

    private void slow() {
        Duration latency = spell(Duration.ofMillis(200));
        sim.network().use(SimSettings.lan().withLatency(latency, latency).withBytesPerSecond(4_000_000));
        sim.after(spell(Duration.ofSeconds(5)), () -> sim.network().use(SimSettings.lan()));
    }

    /** What went wrong so far, for the message of a test that failed. */
    @Override
    public String toString() {
        return String.join("\n", told);
    }
}
