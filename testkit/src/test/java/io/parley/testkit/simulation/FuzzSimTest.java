package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Service;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.core.wire.FrameType;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameDamage;
import io.parley.testkit.net.FrameRule;
import io.parley.testkit.seeded.Seeds;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames that no well-behaved peer sends: they end a link, and nothing else. */
@Timeout(600)
class FuzzSimTest {
    private static final WorkQueue<String> QUEUE =
            WorkQueue.of("jobs", Codec.utf8()).bestEffort();
    private static final Service<String, String> SERVICE = Service.of("echo", Codec.utf8(), Codec.utf8());
    private static final Topic<String> BURSTS = Topic.of("bursts", Codec.utf8()).capacity(256 << 10);
    private static final Topic<byte[]> LARGE = Topic.of("large", Codec.bytes());
    private static final Topic<String> PASSING = Topic.of("passing", Codec.utf8());
    private static final Topic<String> AFTER = Topic.of("after", Codec.utf8());
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long ALLOWED = 512L << 20;

    private final Set<Integer> typesChanged = new TreeSet<>();
    private final Set<Integer> chunksChanged = new TreeSet<>();
    private long malformed;

    @Test
    void shouldStandDamagedFramesOfEveryTypeP20() {
        Seeds.forEach(60, this::play);
    }

    /** Plays a seed; returns the fingerprint of its frames. */
    long play(long seed) {
        long before = allocated();
        long fingerprint;
        try (Sim sim = Sim.seeded(seed)) {
            Node victim = sim.node("victim");
            Node liar = sim.node("liar");
            Node friend = sim.node("friend");
            List<Node> all = List.of(victim, liar, friend);
            for (Node node : all) {
                node.subscribe(Ledger.TOPIC.matching("a.*").window(new Window(20, 2_000)), m -> {});
                node.subscribe(Ledger.TOPIC.reader().window(new Window(20, 2_000)), m -> {});
                node.subscribe(BURSTS, m -> {});
                node.subscribe(LARGE, m -> {});
                node.pull(QUEUE, m -> {});
                node.replyAsync(SERVICE.concurrency(2), m -> echo(sim, node, m.value()));
                sim.after(node, Duration.ofMillis(1), () -> chatter(sim, node));
            }
            FrameDamage damage =
                    new FrameDamage(sim.chance().split(), sim.host(liar).address());
            sim.network().rule(damage);
            sim.run(Duration.ofSeconds(20));
            sim.network().rule(FrameRule.none());
            typesChanged.addAll(damage.types());
            chunksChanged.addAll(damage.chunks());
            malformed += sim.events(victim).stream()
                    .filter(e -> e.what() == Happening.MALFORMED_FRAME)
                    .count();
            sim.crash(liar);
            stillWorks(sim, friend, victim);
            stillWorks(sim, victim, friend);
            fingerprint = sim.network().fingerprint();
        }
        long cost = allocated() - before;
        assertTrue(cost < ALLOWED, () -> "allocated " + (cost >> 20) + " MiB");
        return fingerprint;
    }

    @Test
    void shouldHaveDamagedEveryTypeThatIsInUse() {
        for (long seed = 1; seed <= 20; seed++) {
            play(seed);
        }
        for (FrameType type : List.of(
                FrameType.HELLO,
                FrameType.WELCOME,
                FrameType.OFFER,
                FrameType.ATTACH,
                FrameType.ATTACHED,
                FrameType.DATA,
                FrameType.ACK,
                FrameType.GAP,
                FrameType.DETACH,
                FrameType.REQUEST,
                FrameType.REPLY,
                FrameType.CANCEL,
                FrameType.GRANT,
                FrameType.PING,
                FrameType.PONG)) {
            assertTrue(typesChanged.contains(type.code()), () -> type + " was never damaged");
        }
        for (FrameType type : List.of(FrameType.DATA, FrameType.REQUEST, FrameType.REPLY)) {
            assertTrue(chunksChanged.contains(type.code()), () -> "no chunk of " + type + " was ever damaged");
        }
        assertTrue(malformed > 0, "no frame was refused");
    }

    /** Bytes allocated so far by all threads that live: what a length from a frame made somebody allocate shows here. */
    private static long allocated() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    private static void stillWorks(Sim sim, Node from, Node to) {
        List<String> got = new ArrayList<>();
        Publisher<String> publisher = from.publisher(AFTER);
        try (var subscription = to.subscribe(AFTER, m -> got.add(m.value()))) {
            boolean attached = sim.runUntil(
                    () -> subscription.stats().senders() > 0
                            || publisher.stats().readers() > 0,
                    LIMIT);
            assertTrue(attached, () -> summary(sim, to));
            publisher.send("still here");
            assertTrue(sim.runUntil(() -> got.contains("still here"), LIMIT), () -> summary(sim, to));
            assertEquals(1, got.size());
        }
    }

    private static String summary(Sim sim, Node node) {
        List<NodeEvent> events = sim.events(node);
        return node.peers() + " " + events.subList(Math.max(0, events.size() - 20), events.size());
    }

    private static CompletionStage<String> echo(Sim sim, Node node, String value) {
        CompletableFuture<String> reply = new CompletableFuture<>();
        sim.after(node, Duration.ofMillis(sim.chance().nextInt(300)), () -> reply.complete(value));
        return reply;
    }

    private static void chatter(Sim sim, Node node) {
        try {
            for (int i = 0; i < 3; i++) {
                node.publisher(Ledger.TOPIC)
                        .send(Outgoing.of("x".repeat(sim.chance().nextInt(300))).subject("a.b"));
                node.pusher(QUEUE)
                        .offer(Outgoing.of("job").key("k").header("h", "v").ttl(LIMIT));
            }
            for (int i = 0; i < 400 && sim.chance().chance(0.99); i++) {
                node.publisher(BURSTS).send("x".repeat(1_000)); // more than its log has room for
            }
            boolean large = sim.chance().chance(0.015);
            if (large) {
                node.publisher(LARGE).send(new byte[263_000 + sim.chance().nextInt(400_000)]);
            }
            int length = (large ? 261_000 : 0) + sim.chance().nextInt(large ? 400_000 : 300);
            CompletableFuture<String> reply =
                    node.requester(SERVICE).request("x".repeat(length), Duration.ofSeconds(2));
            sim.after(node, Duration.ofMillis(sim.chance().nextInt(200)), () -> reply.cancel(true));
            node.publisher(PASSING).send("x");
            Subscription passing = node.subscribe(PASSING, m -> {});
            sim.after(node, Duration.ofMillis(sim.chance().nextInt(50)), passing::close);
        } catch (ParleyException closed) {
            return;
        }
        int silence = sim.chance().chance(0.1) ? 3_000 : 100;
        sim.after(node, Duration.ofMillis(sim.chance().nextInt(silence)), () -> chatter(sim, node));
    }
}
