package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.reliability.Reliability;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RELIABLE topics: while the sender lives, nothing is lost, and nothing comes twice to the same process. */
@Timeout(600)
class ReliableTopicSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).reliable().laggards(Laggards.keepAlways());

    @Test
    void shouldLoseNothingAndRepeatNothingWhileLinksBreakP3() {
        Seeds.forEach(
                20,
                seed -> new World(seed, 0.0)
                        .play(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.PAUSE, Kind.SLOW)));
    }

    @Test
    void shouldLoseNothingWhenHandlersFailP3() {
        Seeds.forEach(15, seed -> new World(seed, 0.15).play(EnumSet.of(Kind.SEVER, Kind.PAUSE, Kind.CLOCK_JUMP)));
    }

    @Test
    void shouldServeWhoStaysWhileOthersDieP3() {
        Seeds.forEach(15, seed -> new World(seed, 0.05).play(EnumSet.range(Kind.PARTITION, Kind.POWER_CUT)));
    }

    /** One run of one process that subscribes, and what it got from each sender. */
    private static final class Reader {
        private final Map<String, Long> last = new LinkedHashMap<>();
        private final List<String> wrong = new ArrayList<>();
        private long missed;

        void processed(Message<String> message) {
            String[] parts = message.value().split(":");
            long number = Long.parseLong(parts[1]);
            long before = last.getOrDefault(parts[0], 0L);
            if (number != before + 1) {
                wrong.add(number + " of " + parts[0] + " came after " + before);
            }
            last.put(parts[0], number);
        }
    }

    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private final double failing;
        private final List<Node> senders = new ArrayList<>();
        private final List<Node> mortals = new ArrayList<>();
        private final List<Node> steady = new ArrayList<>();
        private final Map<String, Long> sent = new LinkedHashMap<>();
        private final Map<Node, Reader> readers = new LinkedHashMap<>();
        private final List<CompletableFuture<Receipt>> receipts = new ArrayList<>();

        World(long seed, double failing) {
            sim = Sim.seeded(seed).delivery(Reliability.inMemory());
            chance = sim.chance().split();
            this.failing = failing;
        }

        void play(Set<Kind> kinds) {
            try (sim) {
                begin();
                Mishaps deaths = new Mishaps(sim, () -> mortals).every(Duration.ofSeconds(3));
                Set<Kind> others = EnumSet.copyOf(kinds);
                if (others.removeAll(EnumSet.of(Kind.CRASH, Kind.POWER_CUT))) {
                    deaths.of(EnumSet.of(Kind.CRASH, Kind.POWER_CUT))
                            .onDeath(this::replace)
                            .begin();
                }
                Mishaps mishaps = new Mishaps(sim, this::alive).of(others).begin();
                for (int i = 0; i < 200; i++) {
                    Node sender = senders.get(chance.nextInt(senders.size()));
                    sim.after(sender, Duration.ofMillis(chance.nextInt(20_000)), () -> send(sender));
                }
                sim.run(Duration.ofSeconds(21));
                mishaps.end();
                deaths.end();
                assertTrue(
                        sim.runUntil(() -> audit().isEmpty(), LIMIT),
                        () -> audit() + "\n" + senders.get(0).explain("orders") + "\n" + mishaps + "\n" + deaths);
                sim.run(Duration.ofSeconds(5));
                assertEquals(List.of(), audit());
            }
        }

        private List<Node> alive() {
            List<Node> all = new ArrayList<>(senders);
            all.addAll(mortals);
            all.addAll(steady);
            return all;
        }

        private void begin() {
            for (int i = 0; i < 1 + chance.nextInt(2); i++) {
                senders.add(sim.node("s" + i));
            }
            for (int i = 0; i < 1 + chance.nextInt(2); i++) {
                steady.add(sim.node("steady" + i));
                mortals.add(sim.node("mortal" + i));
            }
            steady.forEach(this::subscribe);
            mortals.forEach(this::subscribe);
            senders.forEach(s -> s.publisher(ORDERS).awaitSubscribers(2 * steady.size(), LIMIT));
        }

        private void subscribe(Node node) {
            Reader reader = new Reader();
            readers.put(node, reader);
            RetryPolicy patient = new RetryPolicy(50, 5, Duration.ofMillis(10), Duration.ofSeconds(1));
            node.subscribe(ORDERS.reader().retry(patient).onMissed(m -> reader.missed += m.count()), m -> {
                if (chance.chance(0.2)) {
                    sim.run(Duration.ofMillis(chance.nextInt(200)));
                }
                if (chance.chance(failing)) {
                    throw new IllegalStateException("not this time");
                }
                if (steady.contains(node)) {
                    reader.processed(m);
                }
            });
        }

        private void replace(Node dead) {
            mortals.remove(dead);
            readers.remove(dead);
            sim.after(Duration.ofMillis(chance.nextInt(3_000)), () -> {
                Node again = sim.restart(dead);
                mortals.add(again);
                subscribe(again);
            });
        }

        private void send(Node sender) {
            long number = sent.merge(sender.name(), 1L, Long::sum);
            Outgoing<String> message =
                    Outgoing.of(sender.name() + ":" + number + ":" + "x".repeat(chance.nextInt(2_000)));
            receipts.add(sender.publisher(ORDERS).sendAsync(message, Stage.PROCESSED));
        }

        private List<String> audit() {
            List<String> wrong = new ArrayList<>();
            for (Node node : steady) {
                Reader reader = readers.get(node);
                wrong.addAll(reader.wrong);
                if (!reader.last.equals(sent) || reader.missed > 0) {
                    wrong.add(node.name() + " has " + reader.last + " of " + sent + ", missed " + reader.missed);
                }
            }
            long open = receipts.stream().filter(r -> !r.isDone()).count();
            long failed = receipts.stream()
                    .filter(CompletableFuture::isCompletedExceptionally)
                    .count();
            if (open + failed > 0) {
                wrong.add(open + " receipts are open, " + failed + " failed");
            }
            return wrong;
        }
    }
}
