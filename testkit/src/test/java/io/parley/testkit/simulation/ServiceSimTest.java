package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.wire.FrameType;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import io.parley.testkit.net.SimSettings;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * P29: every request ends once, in time. P30: one that may not be repeated never runs twice. Whatever breaks meanwhile. Every
 * fifth request and every seventh reply is too large for a frame (P31).
 */
@Timeout(900)
class ServiceSimTest {
    private static final Codec<Integer> ASKED = new Padded(5);
    private static final Codec<Integer> ANSWERED = new Padded(7);
    private static final Service<Integer, Integer> ONCE = Service.of("once", ASKED, ANSWERED);
    private static final Service<Integer, Integer> AGAIN =
            Service.of("again", ASKED, ANSWERED).idempotent();
    private static final int REQUESTS = 150;
    private static final Set<ErrorCode> HONEST = EnumSet.of(
            ErrorCode.TIMEOUT,
            ErrorCode.REPLIER_LOST,
            ErrorCode.NO_RESPONDER,
            ErrorCode.REPLIERS_BUSY,
            ErrorCode.REQUEST_FAILED,
            ErrorCode.CIRCUIT_OPEN);

    /** What was asked, and what came of it. */
    private static final class World {
        private final Sim sim;
        private final Node requester;
        private final List<Node> repliers = new ArrayList<>();
        private final Map<Integer, Integer> runs = new HashMap<>();
        private final Map<Integer, CompletableFuture<Integer>> replies = new TreeMap<>();
        private final Map<Integer, Long> deadlines = new HashMap<>();
        private final Map<Integer, Integer> ends = new HashMap<>();
        private final List<String> wrong = new ArrayList<>();

        World(Sim sim) {
            this.sim = sim;
            requester = sim.node("requester");
            for (int i = 0; i < 3; i++) {
                repliers.add(sim.node("replier-" + i));
            }
            repliers.forEach(this::serve);
        }

        void serve(Node node) {
            int concurrency = 1 + sim.chance().nextInt(4);
            int waiting = sim.chance().nextInt(10);
            node.replyAsync(ONCE.replier().concurrency(concurrency).maxWaiting(waiting), m -> run(node, m));
            node.replyAsync(AGAIN.replier().concurrency(concurrency).maxWaiting(waiting), m -> run(node, m));
        }

        CompletionStage<Integer> run(Node node, Message<Integer> request) {
            runs.merge(request.value(), 1, Integer::sum);
            int chance = sim.chance().nextInt(100);
            if (chance < 5) {
                throw new IllegalStateException("as it happens");
            }
            CompletableFuture<Integer> stage = new CompletableFuture<>();
            if (chance < 97) {
                Duration time = Duration.ofMillis(sim.chance().nextInt(chance < 50 ? 10 : 600));
                sim.after(node, time, () -> stage.complete(request.value() + 1_000_000));
            }
            return stage; // or it hangs
        }

        void ask(int id) {
            Service<Integer, Integer> service = id % 2 == 0 ? ONCE : AGAIN;
            Duration deadline = Duration.ofMillis(100 + sim.chance().nextInt(5_000));
            CompletableFuture<Integer> reply = requester.requester(service).request(id, deadline);
            replies.put(id, reply);
            deadlines.put(id, sim.nanos() + deadline.toNanos());
            CompletableFuture<Integer> unused = reply.whenComplete((value, failure) -> ended(id, value, failure));
            if (sim.chance().chance(0.1)) {
                sim.after(Duration.ofMillis(sim.chance().nextInt(500)), () -> reply.cancel(true));
            }
        }

        private void ended(int id, Integer value, Throwable failure) {
            ends.merge(id, 1, Integer::sum);
            if (sim.nanos() > deadlines.get(id) + 50_000_000) {
                wrong.add(id + " ended " + (sim.nanos() - deadlines.get(id)) / 1_000_000 + " ms after its deadline");
            }
            Throwable cause = failure instanceof CompletionException c ? c.getCause() : failure;
            if (cause == null && (value != id + 1_000_000 || !runs.containsKey(id))) {
                wrong.add(id + " was answered with " + value);
            }
            boolean honest = cause == null
                    || cause instanceof CancellationException
                    || cause instanceof ParleyException p && HONEST.contains(p.code());
            if (!honest) {
                wrong.add(id + " ended with " + cause);
            }
        }

        void audit(String what) {
            boolean all = sim.runUntil(
                    () -> replies.values().stream().allMatch(CompletableFuture::isDone), Duration.ofSeconds(10));
            assertTrue(
                    all,
                    () -> what + ": requests without end: "
                            + replies.entrySet().stream()
                                    .filter(e -> !e.getValue().isDone())
                                    .map(Map.Entry::getKey)
                                    .toList());
            sim.run(Duration.ofSeconds(2));
            assertEquals(List.of(), wrong, what);
            runs.forEach((id, count) -> assertTrue(count <= (id % 2 == 0 ? 1 : 3), id + " ran " + count + ": " + what));
            ends.forEach((id, count) -> assertEquals(1, count, id + " ended: " + what));
        }

        long answered() {
            return replies.values().stream()
                    .filter(reply -> !reply.isCompletedExceptionally())
                    .count();
        }
    }

    @Test
    void shouldEndEachRequestOnceInTimeAndRunNoneTwiceP29() {
        Seeds.forEach(60, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                World world = new World(sim);
                List<Node> all = new ArrayList<>(world.repliers);
                all.add(world.requester);
                Mishaps mishaps = new Mishaps(sim, () -> all)
                        .of(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.SLOW))
                        .every(Duration.ofMillis(700))
                        .begin();
                Mishaps deaths = new Mishaps(sim, () -> List.copyOf(world.repliers))
                        .of(EnumSet.of(Kind.CRASH, Kind.POWER_CUT, Kind.PAUSE))
                        .every(Duration.ofSeconds(2))
                        .onDeath(dead -> {
                            world.repliers.remove(dead);
                            all.remove(dead);
                            sim.after(Duration.ofMillis(sim.chance().nextInt(3_000)), () -> {
                                Node again = sim.restart(dead);
                                world.repliers.add(again);
                                all.add(again);
                                world.serve(again);
                            });
                        })
                        .begin();
                for (int id = 1; id <= REQUESTS; id++) {
                    world.ask(id);
                    sim.run(Duration.ofMillis(sim.chance().nextInt(120)));
                }
                mishaps.end();
                deaths.end();
                world.audit("seed " + seed + " " + mishaps + deaths);
            }
        });
    }

    @Test
    void shouldRunARequestOnceWhoseFramesComeTwiceOrWithALinkThatBreaksP30() {
        Set<Integer> frames = Set.of(
                FrameType.REQUEST.code(), FrameType.REPLY.code(), FrameType.CANCEL.code(), FrameType.GRANT.code());
        Seeds.forEach(60, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                World world = new World(sim);
                sim.network().rule(passage -> {
                    if (!frames.contains(passage.type())) {
                        return FrameFate.PASS;
                    }
                    return switch (sim.chance().nextInt(10)) {
                        case 0 -> FrameFate.BREAK_BEFORE;
                        case 1 -> FrameFate.BREAK_AFTER;
                        case 2, 3 -> FrameFate.REPEAT;
                        case 4 -> FrameFate.delay(Duration.ofMillis(sim.chance().nextInt(300)));
                        default -> FrameFate.PASS;
                    };
                });
                for (int id = 1; id <= REQUESTS; id++) {
                    world.ask(id);
                    sim.run(Duration.ofMillis(sim.chance().nextInt(120)));
                }
                world.audit("seed " + seed);
                assertTrue(world.answered() > REQUESTS / 10, () -> world.answered() + " answered, seed " + seed);
            }
        });
    }

    @Test
    void shouldAnswerAllWhenNothingBreaksAlsoWhileDialsCrossP29() {
        Seeds.forEach(60, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Duration jitter = Duration.ofMillis(sim.chance().nextInt(40));
                sim.network().use(SimSettings.lan().withLatency(Duration.ofNanos(100_000), jitter));
                Node a = sim.node("a");
                Node b = sim.node("b");
                for (Node node : List.of(a, b)) {
                    node.reply(ONCE.concurrency(1 + sim.chance().nextInt(5)), value -> value + 1);
                }
                List<CompletableFuture<Integer>> replies = new ArrayList<>();
                for (int id = 0; id < 200; id++) {
                    Node asks = id % 2 == 0 ? a : b;
                    Node answers = asks == a ? b : a;
                    sim.runUntil(() -> !peers(asks, answers).isEmpty(), Duration.ofSeconds(3));
                    replies.add(
                            asks.requester(ONCE).to(peers(asks, answers).get(0)).request(id));
                    sim.run(Duration.ofMillis(sim.chance().nextInt(4)));
                }
                assertTrue(sim.runUntil(
                        () -> replies.stream().allMatch(CompletableFuture::isDone), Duration.ofSeconds(10)));
                for (int id = 0; id < replies.size(); id++) {
                    assertEquals(id + 1, replies.get(id).join());
                }
            }
        });
    }

    private static List<Peer> peers(Node of, Node which) {
        return of.peers().stream().filter(p -> p.id().equals(which.id())).toList();
    }
}
