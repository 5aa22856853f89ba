package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Sender;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.Retention;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.testkit.Sim;
import io.parley.testkit.log.Crash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sender dies at the first, the second, the third … thing that its disk is to do, until it has done all there is. P2. */
@Timeout(600)
class DurableCrashSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int MESSAGES = 14;

    /** Small files, a new one after a few messages, and old ones that go. */
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(256 << 10).retention(Retention.DEFAULT.untilRead());

    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable().capacity(256 << 10);

    @ParameterizedTest
    @EnumSource(Crash.class)
    void shouldKeepItsWordWhateverItsDiskWasToDoWhenItDiedP2(Crash how) {
        long act = 1;
        while (new World(act).dies(how)) {
            act++;
        }
        assertTrue(act > 60, "only " + act + " places to die");
    }

    /** A sender, a reader and a worker in one process, and what was promised. */
    private static final class World {
        private final Sim sim;
        private final long act;
        private final Set<String> owed = new HashSet<>();
        private final Set<String> got = new HashSet<>();
        private final Set<MessageId> ran = new HashSet<>();
        private final List<String> wrong = new ArrayList<>();
        private final Set<String> open = new HashSet<>();
        private int sending;
        private int sent;

        World(long act) {
            sim = Sim.seeded(act);
            this.act = act;
        }

        /** Returns whether there was such an act. */
        boolean dies(Crash how) {
            try (sim) {
                Node sender = node(sim, "sender");
                sender.close();
                Node receiver = node(sim, "receiver");
                receiver.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), this::done);
                receiver.pull(JOBS, this::done);
                sim.disk("sender").files().dieAt(sim.disk("sender").files().acts() + act);
                Node dying = tryOpening(sender);
                if (dying != null) {
                    send(dying);
                    assertTrue(sim.runUntil(this::isOver, LIMIT), () -> "act " + act + ": lost " + owed);
                    sim.run(Duration.ofMillis(50)); // what is due after a while
                }
                boolean fired = sim.disk("sender").files().isDead();
                Node dead = dying == null ? sender : dying;
                if (how == Crash.KILL) {
                    sim.crash(dead);
                } else {
                    sim.cutPower(dead);
                }
                Node again = sim.restart(dead);
                send(again);
                assertTrue(
                        sim.runUntil(this::isOver, LIMIT),
                        () -> "act " + act + ", " + how + ": lost " + owed + ", open " + open);
                sim.run(Duration.ofSeconds(1));
                assertEquals(List.of(), wrong, "act " + act + ", " + how);
                return fired;
            }
        }

        private @Nullable Node tryOpening(Node closed) {
            try {
                return sim.restart(closed);
            } catch (ParleyException diskFailed) {
                return null;
            }
        }

        private boolean isOver() {
            return sim.disk("sender").files().isDead() || sending == 0 && open.isEmpty() && owed.isEmpty();
        }

        private void send(Node node) {
            open.clear();
            sending = 2;
            sim.after(node, Duration.ZERO, () -> send(() -> node.publisher(ORDERS), "order "));
            sim.after(node, Duration.ZERO, () -> send(() -> node.pusher(JOBS), "job "));
        }

        private void send(Supplier<Sender<String>> opens, String prefix) {
            try {
                Sender<String> sender = opens.get();
                for (int i = 0; i < MESSAGES; i++) {
                    String name = prefix + sent++;
                    String value = name + ":" + "x".repeat(i % 3 == 0 ? 6_000 : 20);
                    open.add(name);
                    CompletableFuture<?> unused = sender.sendAsync(Outgoing.of(value), Stage.JOURNALED)
                            .whenComplete((receipt, failure) -> told(name, failure));
                    sim.run(Duration.ofMillis(sim.chance().nextInt(30)));
                }
                sending--;
            } catch (ParleyException diskFailed) {
                assertTrue(sim.disk("sender").files().isDead(), diskFailed::toString);
            }
        }

        private void told(String name, @Nullable Throwable failure) {
            open.remove(name);
            if (failure == null && !got.contains(name)) {
                owed.add(name);
            }
        }

        private void done(Message<String> message) {
            String name = message.value().substring(0, message.value().indexOf(':'));
            got.add(name);
            owed.remove(name);
            if (!ran.add(message.id())) {
                wrong.add(message + " twice in one process");
            }
        }
    }
}
