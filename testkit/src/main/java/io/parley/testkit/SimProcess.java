package io.parley.testkit;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.testkit.net.SimHost;
import io.parley.testkit.net.SimNetwork;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A simulated process with one node in it: runs, stands still, or is dead. */
final class SimProcess {
    private static final int MAX_EVENTS = 100_000;

    private enum State {
        RUNNING,
        STOPPED,
        DEAD
    }

    /**
     * What stays when the process dies.
     *
     * @param name of the node
     * @param host where it runs
     * @param settings as its user wants them
     * @param keys gives its NodeId; null when each run draws another one
     */
    record Place(
            String name,
            SimHost host,
            UnaryOperator<NodeBuilder> settings,
            @Nullable NodeId keys) {}

    private final Place place;
    private final SimNetwork network;
    private final SimPump pump;
    private final ArrayDeque<Runnable> heldBack = new ArrayDeque<>();
    private final List<NodeEvent> events = new ArrayList<>();
    private final SimRuntime runtime;
    private State state = State.RUNNING;
    private @Nullable Node node;

    SimProcess(Place place, SimNetwork network, SimPump pump, SeededEntropy chance) {
        this.place = place;
        this.network = network;
        this.pump = pump;
        runtime = new SimRuntime(this, network, pump, chance);
    }

    Place place() {
        return place;
    }

    SimRuntime runtime() {
        return runtime;
    }

    List<NodeEvent> events() {
        return events;
    }

    void happened(NodeEvent event) {
        if (event.what() == Happening.LOOP_FAILED) {
            pump.failed(new AssertionError(place.name() + ": " + event));
        }
        if (events.size() < MAX_EVENTS) {
            events.add(event);
        }
    }

    void node(Node opened) {
        node = opened;
    }

    Node node() {
        Node n = node;
        if (n == null) {
            throw new ParleyException(ErrorCode.CLOSED, "node '" + place.name() + "' is not open");
        }
        return n;
    }

    /** Whether its node is open: where there is a disk, opening takes a while. */
    boolean isOpen() {
        return node != null;
    }

    boolean runs() {
        return state == State.RUNNING;
    }

    /** Whether the node's loop is over. */
    boolean isClosed() {
        return runtime.loopIsOver();
    }

    boolean isDead() {
        return state == State.DEAD;
    }

    /** Runs something in this process after so long, or when it goes on, if it stands still by then. */
    void after(long nanos, Runnable action) {
        network.after(Duration.ofNanos(nanos), () -> runHere(action));
    }

    private void runHere(Runnable action) {
        if (state == State.STOPPED) {
            heldBack.add(action);
        } else if (state == State.RUNNING) {
            pump.run(this, action);
        }
    }

    void stop() {
        if (state == State.RUNNING) {
            state = State.STOPPED;
        }
    }

    void goOn() {
        if (state == State.STOPPED) {
            state = State.RUNNING;
            List<Runnable> waiting = List.copyOf(heldBack);
            heldBack.clear();
            waiting.forEach(action -> after(0, action));
        }
    }

    void die() {
        state = State.DEAD;
        heldBack.clear();
        pump.forget(this);
    }
}
