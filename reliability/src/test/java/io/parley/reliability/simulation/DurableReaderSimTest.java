package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.MissedMessages;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Stage;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.channel.Flush;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Retention;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.FrameType;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a durable reader is sent, and what it is told that it will not be. */
@Timeout(600)
class DurableReaderSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(16 << 20);

    @Test
    void shouldSendNothingAgainThatWasProcessedBeforeTheLinkWasBackP5() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node sender = node(sim, "sender");
                Node reader = node(sim, "reader");
                List<String> got = new ArrayList<>();
                reader.subscribe(ORDERS.reader("billing"), m -> {
                    sim.run(Duration.ofMillis(1));
                    got.add(m.value());
                });
                sender.publisher(ORDERS).awaitSubscribers(1, LIMIT);
                for (int i = 0; i < 400; i++) {
                    sender.publisher(ORDERS).send("order " + i);
                }
                sim.run(Duration.ofMillis(sim.chance().nextInt(300)));
                sim.partition(sender, reader);
                sim.run(Duration.ofSeconds(2)); // it processes what it has, and cannot say so
                int before = got.size();
                Node now = sender;
                if (sim.chance().chance(0.5)) {
                    sim.crash(sender);
                    now = sim.restart(sender);
                    now.publisher(ORDERS);
                } else {
                    sim.sever(sender, reader);
                }
                long[] sent = countRecords(sim);
                sim.heal();
                assertTrue(sim.runUntil(() -> got.size() == 400, LIMIT));
                now.publisher(ORDERS).flush(Stage.PROCESSED, LIMIT);
                assertEquals(400, new HashSet<>(got).size());
                assertEquals(
                        400 - before, sent[0], "records sent, of " + (400 - before) + " that it had not processed");
            }
        });
    }

    @Test
    void shouldReadWhatTheNextRunGaveTheNumbersOfMessagesThatAPowerCutTookP27() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node sender = node(sim, "sender", Flush.every(Duration.ofSeconds(1)));
                Node reader = node(sim, "reader");
                Set<String> got = new HashSet<>();
                reader.subscribe(ORDERS.reader("billing"), m -> got.add(m.value()));
                sender.publisher(ORDERS).awaitSubscribers(1, LIMIT);
                for (int i = 0; i < 50; i++) {
                    sender.publisher(ORDERS).send("first " + i);
                    sim.run(Duration.ofMillis(i < 20 ? 100 : 5)); // of these many were forced, of those few
                }
                assertTrue(sim.runUntil(() -> got.size() == 50, LIMIT));
                sim.partition(sender, reader);
                sim.cutPower(sender);
                Node again = sim.restart(sender);
                for (int i = 0; i < 80; i++) {
                    again.publisher(ORDERS).send("second " + i);
                }
                sim.heal();
                assertTrue(sim.runUntil(() -> got.size() == 130, LIMIT), () -> got.size() + " of 130 were read");
            }
        });
    }

    private static long[] countRecords(Sim sim) {
        long[] sent = new long[1];
        sim.network().rule(passage -> {
            if (passage.type() == FrameType.DATA.code()) {
                sent[0] += DataHead.count(passage.frame());
            }
            return FrameFate.PASS;
        });
        return sent;
    }

    @Test
    void shouldTellAReaderThatWasAwayWhatTheFullLogLetGoOfP25() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Topic<String> small = ORDERS.capacity(256 << 10);
                Node sender = node(sim, "sender");
                List<String> got = new ArrayList<>();
                List<MissedMessages> missed = new ArrayList<>();
                Node first = node(sim, "first");
                first.subscribe(small.reader("billing"), m -> got.add(m.value()));
                sender.publisher(small).awaitSubscribers(1, LIMIT);
                sender.publisher(small).send("first");
                assertTrue(sim.runUntil(() -> got.size() == 1, LIMIT));
                sim.run(Duration.ofSeconds(1));
                sim.crash(first);
                for (int i = 0; i < 1_000; i++) {
                    sender.publisher(small).send("x".repeat(500 + sim.chance().nextInt(1_000)));
                }
                Node now = sender;
                if (sim.chance().chance(0.5)) {
                    sim.cutPower(sender);
                    now = sim.restart(sender);
                }
                now.publisher(small).send("last");
                node(sim, "second").subscribe(small.reader("billing").onMissed(missed::add), m -> got.add(m.value()));
                assertTrue(sim.runUntil(() -> got.contains("last"), LIMIT));
                assertEquals(
                        List.of(GapReason.RETENTION),
                        missed.stream().map(MissedMessages::reason).distinct().toList());
                long told = missed.stream().mapToLong(MissedMessages::count).sum();
                assertEquals(1_002, got.size() + told);
            }
        });
    }

    @Test
    void shouldTellWhatWillNotComeWhateverTookItAndNeverHangP6() {
        Seeds.forEach(30, seed -> new Gaps(seed).play());
    }

    /** Messages that expire, or that retention takes while their readers are away; the sender dies now and then. */
    private static final class Gaps {
        private final Sim sim;
        private final SeededEntropy chance;
        private final Topic<String> topic;
        private final Set<String> journaled = new LinkedHashSet<>();
        private final List<Reader> readers;
        private Node sender;
        private int sent;

        Gaps(long seed) {
            sim = Sim.seeded(seed);
            chance = sim.chance().split();
            Retention retention = chance.chance(0.3)
                    ? Retention.DEFAULT.withAge(Duration.ofSeconds(5 + chance.nextInt(20)))
                    : chance.chance(0.5) ? Retention.DEFAULT.withMessages(20 + chance.nextInt(100)) : Retention.DEFAULT;
            topic = ORDERS.capacity(256 << 10).retention(retention);
            sender = node(sim, "sender");
            readers = List.of(new Reader("all", "#"), new Reader("some", "eu.*"));
        }

        private final class Reader {
            private final String name;
            private final String filter;
            private final Set<String> got = new HashSet<>();
            private Node node;
            private long told;
            private @Nullable Subscription reading;

            Reader(String name, String filter) {
                this.name = name;
                this.filter = filter;
                node = node(sim, name);
                subscribe();
            }

            private void subscribe() {
                reading = node.subscribe(
                        topic.reader(name)
                                .matching(filter)
                                .from(Start.EARLIEST)
                                .onMissed(missed -> told += missed.count()),
                        m -> {
                            if (chance.chance(0.05)) {
                                sim.run(Duration.ofMillis(chance.nextInt(300)));
                            }
                            got.add(m.subject() + ":"
                                    + m.value().substring(0, m.value().indexOf(':')));
                        });
            }

            /** Stays away for a while: in order, or killed. */
            void leave() {
                Subscription before = reading;
                if (before == null) {
                    return;
                }
                reading = null;
                boolean killed = chance.chance(0.5);
                if (killed) {
                    sim.crash(node);
                } else {
                    sim.after(node, Duration.ZERO, before::close);
                }
                sim.after(Duration.ofMillis(5_000 + chance.nextInt(20_000)), () -> {
                    if (killed) {
                        node = sim.restart(node);
                    }
                    sim.after(node, Duration.ZERO, this::subscribe);
                });
            }

            boolean has(String message) {
                return got.stream().anyMatch(one -> one.endsWith(":" + message));
            }

            void check(String story) {
                Set<String> missing = new LinkedHashSet<>(journaled);
                missing.removeAll(got);
                missing.removeIf(one -> filter.startsWith("eu") && !one.startsWith("orders.eu."));
                assertTrue(
                        missing.size() <= told,
                        () -> name + " was told of " + told + ", and misses " + missing.size() + ": " + missing + "\n"
                                + story);
            }
        }

        void play() {
            try (sim) {
                sender.publisher(topic).awaitSubscribers(2, LIMIT);
                Mishaps mishaps = new Mishaps(sim, () -> List.of(sender, readers.get(0).node, readers.get(1).node))
                        .every(Duration.ofSeconds(3))
                        .of(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.PAUSE))
                        .begin();
                for (int i = 0; i < 300; i++) {
                    sim.after(Duration.ofMillis(chance.nextInt(60_000)), () -> send(message()));
                }
                for (int i = 0; i < 6; i++) {
                    Reader reader = readers.get(chance.nextInt(2));
                    sim.after(Duration.ofMillis(chance.nextInt(50_000)), reader::leave);
                }
                sim.after(Duration.ofMillis(chance.nextInt(60_000)), this::killSender);
                sim.run(Duration.ofSeconds(90));
                mishaps.end();
                send(Outgoing.of("last:").subject("eu.x"));
                assertTrue(
                        sim.runUntil(() -> readers.stream().allMatch(reader -> reader.has("last")), LIMIT),
                        () -> "a reader hangs\n" + sender.explain("orders") + "\n" + mishaps);
                readers.forEach(reader -> reader.check(mishaps.toString()));
            }
        }

        private Outgoing<String> message() {
            Outgoing<String> message = Outgoing.of("m" + sent++ + ":" + "x".repeat(chance.nextInt(4_000)))
                    .subject(chance.chance(0.5) ? "eu.x" : "us.x");
            return chance.chance(0.3) ? message.ttl(Duration.ofMillis(100 + chance.nextInt(10_000))) : message;
        }

        private void send(Outgoing<String> message) {
            Node from = sender;
            String value = message.value();
            String name = "orders." + message.subject() + ":" + value.substring(0, value.indexOf(':'));
            sim.after(from, Duration.ZERO, () -> {
                CompletableFuture<?> unused = from.publisher(topic)
                        .sendAsync(message, Stage.JOURNALED)
                        .thenRun(() -> journaled.add(name));
            });
        }

        private void killSender() {
            sim.crash(sender);
            Node again = sim.restart(sender);
            sender = again;
            sim.after(again, Duration.ZERO, () -> again.publisher(topic));
        }
    }
}
