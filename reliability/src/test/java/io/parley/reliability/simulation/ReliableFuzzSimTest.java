package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.core.wire.FrameType;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameDamage;
import io.parley.testkit.net.FrameRule;
import io.parley.testkit.seeded.Seeds;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no well-behaved peer sends about RELIABLE channels ends its link, and harms nobody else: P20. */
@Timeout(600)
class ReliableFuzzSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long ALLOWED = 512L << 20;
    private static final RetryPolicy SOON = new RetryPolicy(5, 5, Duration.ofMillis(50), Duration.ofMillis(200));
    private static final Topic<String> TOPIC = Topic.of("fuzzed", Codec.utf8()).reliable();
    private static final WorkQueue<String> QUEUE =
            WorkQueue.of("fuzzed-jobs", Codec.utf8()).retry(SOON);
    private static final WorkQueue<String> AFTER = WorkQueue.of("after", Codec.utf8());

    private final Set<Integer> typesChanged = new TreeSet<>();
    private boolean chunkChanged;

    @Test
    void shouldStandDamagedFramesOfReliableChannelsP20() {
        Seeds.forEach(60, this::play);
        if (Long.getLong("parley.seed") == null) {
            for (FrameType type : List.of(
                    FrameType.ATTACH,
                    FrameType.ATTACHED,
                    FrameType.DATA,
                    FrameType.ACK,
                    FrameType.SETTLE)) { // RENEW needs links that hold for 10 s: StrangeFramesTest

                assertTrue(typesChanged.contains(type.code()), () -> type + " was never damaged");
            }
            assertTrue(chunkChanged, "no chunk was ever damaged");
        }
    }

    private void play(long seed) {
        long before = allocated();
        try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
            Node victim = sim.node("victim");
            Node liar = sim.node("liar");
            Node friend = sim.node("friend");
            for (Node node : List.of(victim, liar, friend)) {
                node.subscribe(TOPIC.reader().window(new Window(20, 4_000)).retry(SOON), m -> work(sim, 0));
                node.pull(QUEUE.concurrency(2), m -> work(sim, node == liar ? 20_000 : 0));
                sim.after(node, Duration.ofMillis(1), () -> chatter(sim, node));
            }
            FrameDamage damage =
                    new FrameDamage(sim.chance().split(), sim.host(liar).address());
            sim.network().rule(damage);
            sim.run(Duration.ofSeconds(30));
            sim.network().rule(FrameRule.none());
            typesChanged.addAll(damage.types());
            chunkChanged |= !damage.chunks().isEmpty();
            sim.crash(liar);
            for (Node node : List.of(victim, friend)) {
                assertEquals(
                        List.of(),
                        sim.events(node).stream()
                                .filter(e -> e.what() == Happening.LOOP_FAILED)
                                .map(NodeEvent::toString)
                                .toList());
            }
            stillWorks(sim, friend, victim);
            stillWorks(sim, victim, friend);
        }
        long cost = allocated() - before;
        assertTrue(cost < ALLOWED, () -> "allocated " + (cost >> 20) + " MiB");
    }

    private static void work(Sim sim, int longest) {
        if (sim.chance().chance(0.2)) {
            sim.run(Duration.ofMillis(
                    1 + sim.chance().nextInt(Math.max(100, longest)))); // so long that leases are renewed
        }
        if (sim.chance().chance(0.1)) {
            throw new IllegalStateException("not this time");
        }
    }

    private static void chatter(Sim sim, Node node) {
        try {
            boolean large = sim.chance().chance(0.01);
            String text = "x".repeat((large ? 263_000 : 0) + sim.chance().nextInt(large ? 200_000 : 300));
            node.publisher(TOPIC).offer(Outgoing.of(text).subject("a.b"));
            node.pusher(QUEUE).offer(Outgoing.of(text).key("k" + sim.chance().nextInt(3)));
            node.pusher(QUEUE).offer(Outgoing.of(text).ttl(LIMIT));
        } catch (ParleyException closed) {
            return;
        }
        sim.after(node, Duration.ofMillis(sim.chance().nextInt(100)), () -> chatter(sim, node));
    }

    private static void stillWorks(Sim sim, Node from, Node to) {
        try (var member = to.pull(AFTER, m -> {})) {
            CompletableFuture<Receipt> receipt =
                    from.pusher(AFTER).sendAsync(Outgoing.of("still here"), Stage.PROCESSED);
            assertTrue(sim.runUntil(receipt::isDone, LIMIT), () -> from.explain("after") + "\n" + sim.events(to));
            assertEquals(List.of(to.name()), receipt.join().by());
        }
    }

    /** Bytes allocated so far by all threads that live: what a length from a frame made somebody allocate shows here. */
    private static long allocated() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
