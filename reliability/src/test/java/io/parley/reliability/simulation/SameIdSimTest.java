package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.identity.NodeId;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node with keys and without a data directory comes back under its NodeId, with epoch 0, another nonce, and lsns from 1: what
 * was remembered of the run before must not be held against the new one. P7.
 */
@Timeout(600)
class SameIdSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Topic<String> TOPIC = Topic.of("news", Codec.utf8()).reliable();
    private static final WorkQueue<String> QUEUE = WorkQueue.of("jobs", Codec.utf8());

    @Test
    void shouldProcessWhatARestartedSenderPushesP7() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed).withKeys().delivery(Reliability.inMemory())) {
                new World(sim, Kind.QUEUE).restartTheSenderTwice();
            }
        });
    }

    @Test
    void shouldDeliverWhatARestartedSenderPublishesP7() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed).withKeys().delivery(Reliability.inMemory())) {
                new World(sim, Kind.TOPIC).restartTheSenderTwice();
            }
        });
    }

    @Test
    void shouldGiveARestartedReceiverWhatComesThenP7() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed).withKeys().delivery(Reliability.inMemory())) {
                new World(sim, sim.chance().chance(0.5) ? Kind.QUEUE : Kind.TOPIC).restartTheReceiverTwice();
            }
        });
    }

    private enum Kind {
        TOPIC,
        QUEUE
    }

    /** One sender, one receiver, and what the latter's handler finished. */
    private static final class World {
        private final Sim sim;
        private final Kind kind;
        private final List<String> done = new ArrayList<>();
        private final List<String> confirmed = new ArrayList<>();
        private Node sender;
        private Node receiver;
        private int run;
        private int sent;

        World(Sim sim, Kind kind) {
            this.sim = sim;
            this.kind = kind;
            sender = sim.node("sender");
            receiver = sim.node("receiver");
            receive();
        }

        private void receive() {
            if (kind == Kind.QUEUE) {
                receiver.pull(QUEUE.concurrency(1 + sim.chance().nextInt(3)), m -> handle(m.value()));
            } else {
                receiver.subscribe(TOPIC, m -> handle(m.value()));
            }
        }

        private void handle(String value) {
            if (sim.chance().chance(0.2)) {
                sim.run(Duration.ofMillis(sim.chance().nextInt(50)));
            }
            done.add(value);
        }

        private void send(int count) {
            if (kind == Kind.QUEUE) {
                sender.pusher(QUEUE).awaitWorkers(1, LIMIT);
            } else {
                sender.publisher(TOPIC).awaitSubscribers(1, LIMIT);
            }
            for (int i = 0; i < count; i++) {
                String value = run + ":" + ++sent;
                var fate = kind == Kind.QUEUE
                        ? sender.pusher(QUEUE).sendAsync(Outgoing.of(value), Stage.PROCESSED)
                        : sender.publisher(TOPIC).sendAsync(Outgoing.of(value), Stage.PROCESSED);
                var unused = fate.thenAccept(receipt -> confirmed.add(value));
            }
        }

        void restartTheSenderTwice() {
            NodeId id = sender.id();
            send(1 + sim.chance().nextInt(40));
            for (run = 1; run <= 2; run++) {
                sim.run(Duration.ofMillis(sim.chance().nextInt(sim.chance().chance(0.5) ? 30 : 1_000)));
                sender = again(sender);
                assertEquals(id, sender.id());
                sent = 0;
                send(1 + sim.chance().nextInt(40));
                sim.run(Duration.ofMillis(sim.chance().nextInt(3)));
            }
            run = 2;
            assertAllOfThisRun();
            assertEquals(done.stream().distinct().toList(), done, "twice to the same process");
            assertTrue(done.containsAll(confirmed), () -> "confirmed and not run: " + confirmed + " of " + done);
        }

        private Node again(Node node) {
            if (sim.chance().chance(0.3)) {
                sim.cutPower(node);
            } else {
                sim.crash(node);
            }
            sim.run(Duration.ofMillis(sim.chance().nextInt(sim.chance().chance(0.7) ? 2_000 : 30_000)));
            return sim.restart(node);
        }

        private void assertAllOfThisRun() {
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= sent; i++) {
                expected.add(run + ":" + i);
            }
            boolean all = sim.runUntil(() -> done.containsAll(expected) && confirmed.containsAll(expected), LIMIT);
            assertTrue(all, () -> "sent " + expected + ", done " + done + ", confirmed " + confirmed);
        }

        void restartTheReceiverTwice() {
            NodeId id = receiver.id();
            send(1 + sim.chance().nextInt(40));
            for (int times = 0; times < 2; times++) {
                sim.run(Duration.ofMillis(sim.chance().nextInt(30)));
                receiver = again(receiver);
                assertEquals(id, receiver.id());
                receive();
                sim.run(Duration.ofSeconds(20)); // the sender may take the run before for alive for so long
                if (kind == Kind.TOPIC) {
                    run++;
                    sent = 0;
                }
                send(1 + sim.chance().nextInt(40));
            }
            assertAllOfThisRun();
        }
    }
}
