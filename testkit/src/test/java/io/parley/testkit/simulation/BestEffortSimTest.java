package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Best effort loses, but never in silence: what did not come was told. */
@Timeout(600)
class BestEffortSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void shouldAccountForEveryMessageWhateverGoesWrong() {
        Seeds.forEach(40, seed -> new World(seed, Filters.NONE).play());
    }

    @Test
    void shouldNeverTellOfFewerThanWereLostWithFiltersP6() {
        Seeds.forEach(40, seed -> new World(seed, Filters.SOME).play());
    }

    private enum Filters {
        NONE,
        SOME
    }

    /** Nodes that all publish and all subscribe. */
    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private final Filters filters;
        private final List<Member> members = new ArrayList<>();

        World(long seed, Filters filters) {
            sim = Sim.seeded(seed);
            chance = sim.chance().split();
            this.filters = filters;
        }

        private final class Member {
            private final Node node;
            private final String filter;
            private final Ledger ledger;
            private final long[] sent = new long[4];

            Member(int number) {
                node = sim.node("n" + number);
                ledger = new Ledger("n" + number);
                filter = filters == Filters.NONE || chance.chance(0.3) ? "#" : chance.nextInt(4) + "";
                boolean slow = chance.chance(0.2);
                Window window = chance.chance(0.5)
                        ? Window.DEFAULT
                        : new Window(1 + chance.nextInt(200), chance.nextBetween(1_000, 100_000));
                node.subscribe(ledger.on(Ledger.TOPIC.reader().matching(filter).window(window)), m -> {
                    ledger.received(m);
                    if (slow) {
                        sim.run(Duration.ofMillis(chance.nextInt(30)));
                    }
                });
                node.publisher(Ledger.TOPIC);
            }

            /** Sends a burst now, and another one later, until the time is over. */
            void sendUntil(long end) {
                if (sim.nanos() < end) {
                    for (int i = chance.nextInt(40); i >= 0; i--) {
                        send();
                    }
                    sim.after(node, Duration.ofMillis(chance.nextInt(400)), () -> sendUntil(end));
                }
            }

            private void send() {
                int subject = chance.nextInt(4);
                sent[subject]++;
                long number = sent[0] + sent[1] + sent[2] + sent[3];
                String value = Ledger.value(node.name(), number, chance.nextInt(3_000));
                node.publisher(Ledger.TOPIC).send(Outgoing.of(value).subject(subject + ""));
            }

            long sentTo(String wanted) {
                return wanted.equals("#") ? sent[0] + sent[1] + sent[2] + sent[3] : sent[Integer.parseInt(wanted)];
            }
        }

        void play() {
            try (sim) {
                int count = 2 + chance.nextInt(4);
                for (int i = 0; i < count; i++) {
                    members.add(new Member(i));
                }
                members.forEach(m -> m.node.publisher(Ledger.TOPIC).awaitSubscribers(count, LIMIT));
                Mishaps mishaps =
                        new Mishaps(sim, () -> members.stream().map(m -> m.node).toList()).begin();
                long end = sim.nanos() + Duration.ofSeconds(20).toNanos();
                members.forEach(m -> sim.after(m.node, Duration.ZERO, () -> m.sendUntil(end)));
                sim.run(Duration.ofSeconds(21));
                mishaps.end();
                assertTrue(
                        sim.runUntil(() -> audit(1).isEmpty(), LIMIT),
                        () -> String.join("\n", audit(100)) + "\n" + mishaps);
            }
        }

        private List<String> audit(int most) {
            List<String> wrong = new ArrayList<>();
            for (Member reader : members) {
                for (Member sender : members) {
                    if (wrong.size() < most) {
                        wrong.addAll(reader.ledger.audit(sender.node.name(), sender.sentTo(reader.filter)));
                    }
                }
            }
            return wrong;
        }
    }
}
