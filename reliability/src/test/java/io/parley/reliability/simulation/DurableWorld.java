package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Sender;
import io.parley.core.Stage;
import io.parley.core.channel.Flush;
import io.parley.core.channel.MessageId;
import io.parley.reliability.Journal;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A sender with a journal on a simulated disk, and those who receive from it. All of them die again and again and come back,
 * and links break. What the sender was told is in the journal must come, and nothing twice to one process.
 */
abstract class DurableWorld {
    static final Duration LIMIT = Duration.ofMinutes(30);

    private static final Duration PLAY = Duration.ofSeconds(20);
    private static final Duration AFTERMATH = Duration.ofSeconds(5);

    final Sim sim;
    final SeededEntropy chance;
    private final Flush flush;
    private final List<Node> alive = new ArrayList<>();
    private final Set<String> promised = new HashSet<>();
    private final Set<String> owed = new HashSet<>();
    private final Set<String> got = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();
    private Node sender;
    private int sent;

    /**
     * A world in which nobody is yet.
     *
     * @param flush of the sender's journal. Where it does not force before it promises, hosts lose their power only, and what
     *     was promised before is not looked for after that
     */
    DurableWorld(long seed, Flush flush) {
        sim = Sim.seeded(seed);
        chance = sim.chance().split();
        this.flush = flush;
        sender = node(sim, "sender", flush);
    }

    /** Opens a node with a journal on the disk of its name. */
    static Node node(Sim sim, String name) {
        return node(sim, name, Flush.ALWAYS);
    }

    static Node node(Sim sim, String name, Flush flush) {
        return sim.node(
                name, builder -> builder.delivery(Journal.over(sim.disk(name)).flush(flush)));
    }

    /** The sending side of the channel. */
    abstract Sender<String> sending(Node node);

    /** Opens a node that receives, for the first time. */
    abstract Node receiver(String name);

    /** Has a node receive. */
    abstract void receive(Node node, Process process);

    /** What is sent. */
    Outgoing<String> outgoing(String value) {
        return Outgoing.of(value);
    }

    /** Something happened that must not. */
    final void wrong(String what) {
        wrong.add(what);
    }

    /** One run of one process that receives. */
    final class Process {
        private final Set<MessageId> ran = new HashSet<>();

        /** Its handler is through with a message. */
        void done(Message<String> message) {
            String name = message.value().substring(0, message.value().indexOf(':'));
            got.add(name);
            owed.remove(name);
            if (!ran.add(message.id())) {
                wrong(message + " twice in one process");
            }
        }
    }

    /**
     * Plays for so many simulated seconds, then waits until what was promised has come.
     *
     * @param bursts how often something is sent
     * @param most the most messages of a burst
     */
    final void play(int bursts, int most, String... receivers) {
        try (sim) {
            alive.add(sender);
            for (String name : receivers) {
                Node node = receiver(name);
                alive.add(node);
                receive(node, new Process());
            }
            boolean forced = flush.beforeVisible();
            Mishaps deaths = new Mishaps(sim, () -> alive)
                    .every(Duration.ofMillis(1_500))
                    .of(forced ? EnumSet.of(Kind.CRASH, Kind.POWER_CUT) : EnumSet.of(Kind.POWER_CUT))
                    .onDeath(this::replace)
                    .begin();
            Mishaps others = new Mishaps(sim, () -> alive)
                    .of(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.PAUSE, Kind.CLOCK_JUMP))
                    .begin();
            for (int i = 0; i < bursts; i++) {
                sim.after(
                        Duration.ofMillis(chance.nextInt((int) PLAY.toMillis())), () -> send(1 + chance.nextInt(most)));
            }
            sim.run(PLAY.plus(AFTERMATH));
            deaths.end();
            others.end();
            sim.after(Duration.ofSeconds(3), () -> send(20)); // all are back by then
            sim.run(AFTERMATH);
            assertTrue(
                    sim.runUntil(owed::isEmpty, LIMIT),
                    () -> owed + "\n" + sender.explain(channel()) + "\n" + deaths + "\n" + others);
            sim.run(AFTERMATH);
            assertTrue(promised.size() >= 20, () -> "only " + promised.size() + " were promised");
            assertEquals(List.of(), wrong);
        }
    }

    /** Of all that was sent. */
    final long fingerprint() {
        return sim.network().fingerprint();
    }

    private String channel() {
        return sender.stored().get(0).id().name();
    }

    private void send(int count) {
        Node from = sender;
        sim.after(from, Duration.ZERO, () -> {
            for (int i = 0; i < count; i++) {
                String name = "m" + sent++;
                String value = name + ":" + "x".repeat(chance.nextInt(chance.chance(0.02) ? 6_000 : 100));
                CompletableFuture<?> unused = sending(from)
                        .sendAsync(outgoing(value), Stage.JOURNALED)
                        .thenRun(() -> promised(name));
            }
        });
    }

    private void promised(String name) {
        promised.add(name);
        if (!got.contains(name)) {
            owed.add(name);
        }
    }

    private void replace(Node dead) {
        alive.remove(dead);
        if (dead == sender && !flush.beforeVisible()) {
            owed.clear();
        }
        sim.after(Duration.ofMillis(chance.nextInt(2_000)), () -> {
            Node again = sim.restart(dead);
            alive.add(again);
            if (dead == sender) {
                sender = again;
                sim.after(again, Duration.ZERO, () -> sending(again));
            } else {
                receive(again, new Process());
            }
        });
    }
}
