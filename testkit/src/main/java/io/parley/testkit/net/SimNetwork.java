package io.parley.testkit.net;

import io.parley.core.spi.OutFrame;
import io.parley.testkit.seeded.ManualClock;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Hosts, connections between them, and everything that can happen to those, in simulated time. What happens is ordered by
 * time and then by when it was decided, and all chance comes from one seed: the same calls give the same run.
 *
 * <p>It behaves as TCP does. A partition holds back what is under way and delivers it when it heals; a break takes away the
 * end of what was sent; a host that vanished leaves half-open connections. One thread uses a network and all that is on it.
 */
public final class SimNetwork {
    private record Event(long at, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final ManualClock clock;
    private final SeededEntropy chance;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<String, SimHost> hosts = new TreeMap<>();
    private final Set<SimPipe> pipes = new LinkedHashSet<>();
    private final Set<String> blocked = new LinkedHashSet<>();
    private final AtomicInteger liveFrames = new AtomicInteger();
    private SimSettings settings = SimSettings.lan();
    private FrameRule rule = FrameRule.none();
    private long sequence;
    private long fingerprint;

    /** An empty network that moves this clock; nothing else should. */
    public SimNetwork(ManualClock clock, SeededEntropy chance) {
        this.clock = clock;
        this.chance = chance;
    }

    /** An empty network with a clock of its own. */
    public static SimNetwork seeded(long seed) {
        return new SimNetwork(new ManualClock(), new SeededEntropy(seed));
    }

    /** The time of this network. */
    public ManualClock clock() {
        return clock;
    }

    /** How frames are carried from now on. */
    public void use(SimSettings other) {
        settings = other;
    }

    /** Asks this rule about every frame from now on, in place of the one before. */
    public void rule(FrameRule other) {
        rule = other;
    }

    /** The host with this address, which must be numeric, for example {@code 10.0.0.1}; made when there is none yet. */
    public SimHost host(String address) {
        return hosts.computeIfAbsent(address, a -> new SimHost(this, a));
    }

    // time

    /** Runs something when so much time has passed. */
    public void after(Duration delay, Runnable action) {
        at(clock.nanos() + delay.toNanos(), action);
    }

    void at(long nanos, Runnable action) {
        events.add(new Event(nanos, sequence++, action));
    }

    /** When, by {@link ManualClock#nanos}, the next thing happens; empty when nothing will. */
    public OptionalLong next() {
        Event event = events.peek();
        return event == null ? OptionalLong.empty() : OptionalLong.of(event.at());
    }

    /** Moves the time on to this value of {@link ManualClock#nanos}; what is due by then happens at its time. */
    public void runTo(long nanos) {
        while (next().orElse(Long.MAX_VALUE) <= nanos) {
            step();
        }
        clock.advanceTo(nanos);
    }

    /** Moves the time on by so much. */
    public void run(Duration time) {
        runTo(clock.nanos() + time.toNanos());
    }

    /**
     * Moves the time on to the next thing that will happen, and has it happen.
     *
     * @throws java.util.NoSuchElementException when nothing will
     */
    public void step() {
        Event event = events.remove();
        clock.advanceTo(event.at());
        event.action().run();
    }

    void waitFor(long maxNanos, BooleanSupplier condition) {
        long now = clock.nanos();
        long limit = maxNanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + maxNanos;
        runTo(now);
        while (!condition.getAsBoolean() && clock.nanos() < limit) {
            if (next().orElse(Long.MAX_VALUE) >= limit) {
                runTo(limit);
            } else {
                step();
            }
        }
    }

    // faults

    /** Nothing passes between these hosts, in either direction, until {@link #heal}. */
    public void partition(SimHost one, SimHost other) {
        block(one, other);
        block(other, one);
    }

    /** Nothing passes from one host to the other until {@link #heal}; the other direction is open. */
    public void block(SimHost from, SimHost to) {
        blocked.add(direction(from, to));
    }

    /** Opens both directions; what was held back goes on. */
    public void heal(SimHost one, SimHost other) {
        blocked.remove(direction(one, other));
        blocked.remove(direction(other, one));
        resume();
    }

    /** Opens all directions; what was held back goes on. */
    public void healAll() {
        blocked.clear();
        resume();
    }

    private void resume() {
        List.copyOf(pipes).forEach(SimPipe::resume);
    }

    private static String direction(SimHost from, SimHost to) {
        return from.address() + ">" + to.address();
    }

    /** Breaks the connections between these hosts; both sides are told at once, what was under way is lost. */
    public void sever(SimHost one, SimHost other) {
        for (SimPipe pipe : between(one, other)) {
            sever(pipe.target(), "connection reset");
        }
    }

    void sever(SimLink link, String reason) {
        SimLink other = link.other();
        link.out().ignore();
        other.out().ignore();
        link.down(reason);
        other.down(reason);
    }

    /**
     * Forgets the connections between these hosts, as a router does that was started again: neither side is told, and
     * nothing passes over them any more. New connections are not affected.
     */
    public void blackHole(SimHost one, SimHost other) {
        between(one, other).forEach(SimPipe::blackHole);
    }

    /** Makes the connections between these hosts half-open: one side is told that they are down, the other is not. */
    public void halfOpen(SimHost told, SimHost untold) {
        for (SimPipe pipe : between(told, untold)) {
            pipe.blackHole();
            if (pipe.from() == told) {
                pipe.target().other().down("connection reset");
            }
        }
    }

    private List<SimPipe> between(SimHost one, SimHost other) {
        List<SimPipe> found = new ArrayList<>();
        for (SimPipe pipe : pipes) {
            if (pipe.carries(one, other)) {
                found.add(pipe);
            }
        }
        return found;
    }

    /** The frames that were given to a listener or are under way, and not yet released: 0 at the end of a clean run. */
    public int liveFrames() {
        return liveFrames.get();
    }

    /** A number that says what has happened so far: two runs that differ in anything differ in it, with luck aside. */
    public long fingerprint() {
        return fingerprint;
    }

    // for what is on the network

    SimSettings settings() {
        return settings;
    }

    /** Whether what one host sends would reach the other now. */
    public boolean connects(SimHost from, SimHost to) {
        return reaches(from, to);
    }

    boolean reaches(SimHost from, SimHost to) {
        return !from.isGone() && !to.isGone() && !blocked.contains(direction(from, to));
    }

    Duration travel() {
        long jitter = settings.jitter().toNanos();
        return settings.latency().plusNanos(jitter == 0 ? 0 : chance.nextBetween(0, jitter));
    }

    long transmission(int bytes) {
        return settings.bytesPerSecond() == 0 ? 0 : bytes * 1_000_000_000L / settings.bytesPerSecond();
    }

    SimPipe.Rest restOfABrokenConnection() {
        return chance.chance(0.5) ? SimPipe.Rest.ARRIVES : SimPipe.Rest.IS_LOST;
    }

    SimFrame copy(OutFrame frame) {
        return SimFrame.copyOf(frame, liveFrames);
    }

    FrameFate judge(Passage passage) {
        return rule.judge(passage);
    }

    void note(String kind, SimHost from, SimHost to, int bytes) {
        long mixed = fingerprint * 31
                + kind.hashCode()
                + direction(from, to).hashCode() * 7L
                + bytes * 1_000_003L
                + clock.nanos();
        fingerprint = new SeededEntropy(mixed).nextLong();
    }

    /** A dial arrives where it was meant to go. */
    void knock(SimTransport.Dial dial) {
        SimHost from = dial.owner().host();
        SimHost to = hosts.get(dial.endpoint.host());
        if (!dial.isPending() || to == null || !reaches(from, to) || to.dials() == SimHost.Dials.IGNORED) {
            return;
        }
        SimTransport listener = to.dials() == SimHost.Dials.REFUSED ? null : to.listener(dial.endpoint.port());
        SimLink accepting = listener == null ? null : listener.accepted(from.address() + ":" + from.nextPort());
        if (accepting != null) {
            join(dial.owner().dialled(dial), accepting);
        } else if (reaches(to, from)) {
            after(travel(), () -> dial.fail("connection refused"));
        }
    }

    private void join(SimLink dialling, SimLink accepting) {
        SimPipe there = new SimPipe(this, dialling, accepting);
        SimPipe back = new SimPipe(this, accepting, dialling);
        dialling.sendsInto(there);
        accepting.sendsInto(back);
        pipes.add(there);
        pipes.add(back);
        back.open();
    }

    /** One side of a connection is over; when both are, nothing of it is left. */
    void forget(SimLink link) {
        if (link.other().state() == SimLink.State.DOWN) {
            pipes.remove(link.out());
            pipes.remove(link.in());
        }
    }
}
