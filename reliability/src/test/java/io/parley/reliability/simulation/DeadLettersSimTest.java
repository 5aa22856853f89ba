package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.DeadLetter;
import io.parley.core.DeadLetters;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Death;
import io.parley.core.channel.Happening;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.reliability.Reliability;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a DURABLE queue gives up is kept, whatever happens to its sender, until somebody has decided. */
@Timeout(600)
class DeadLettersSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8())
            .durable()
            .capacity(1 << 20)
            .retry(new RetryPolicy(2, 100, Duration.ofMillis(10), Duration.ofMillis(100)));

    static Node sender(Sim sim) {
        return sim.node("sender", builder -> builder.delivery(Journal.over(sim.disk("sender"))));
    }

    static Node worker(Sim sim) {
        return sim.node("worker", builder -> builder.delivery(Reliability.inMemory()));
    }

    static void fail(Message<String> message) {
        throw new IllegalStateException("no " + message.value() + " " + message.attempt());
    }

    static List<String> values(Node node) {
        List<String> values = new ArrayList<>();
        node.deadLetters(JOBS).forEach(letter -> values.add(letter.message().value()));
        return values;
    }

    @Test
    void shouldKeepWhatWasToldToBeDeadThroughAPowerCut() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sender(sim);
                List<String> told = new ArrayList<>();
                a.pusher(JOBS).onDead(letter -> told.add(letter.message().value()));
                a.pusher(JOBS).send(Outgoing.of("job").key("k").header("h", "x").subject("eu.west"));
                worker(sim).pull(JOBS, DeadLettersSimTest::fail);
                assertTrue(sim.runUntil(() -> !told.isEmpty(), LIMIT));
                sim.cutPower(a);
                Node again = sim.restart(a);
                DeadLetters<String> letters = again.deadLetters(JOBS);
                assertEquals(1, letters.count());
                List<DeadLetter<String>> found = new ArrayList<>();
                letters.forEach(found::add);
                Message<String> message = found.get(0).message();
                assertEquals("job", message.value());
                assertEquals("jobs.eu.west", message.subject());
                assertEquals("k", message.key().orElse(""));
                assertEquals(Map.of("h", "x"), message.headers());
                Death death = found.get(0).death();
                assertEquals(Death.Reason.ATTEMPTS, death.reason());
                assertEquals(2, death.attempts());
                assertTrue(death.cause().contains("no job 2"), death::toString);
                assertEquals(2, death.failures().size(), death::toString);
                assertEquals(
                        found.get(0).message().id(),
                        letters.find(message.id()).orElseThrow().message().id());
                sim.run(Duration.ofMinutes(1));
                assertEquals(1, letters.count());
            }
        });
    }

    @Test
    void shouldSendAgainWhatIsRedrivenUnderANewId() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = sender(sim);
            a.pusher(JOBS)
                    .send(Outgoing.of("job")
                            .key("k")
                            .header("h", "x")
                            .subject("eu")
                            .ttl(Duration.ofDays(1)));
            List<Message<String>> got = new ArrayList<>();
            boolean[] able = {false};
            worker(sim).pull(JOBS, m -> {
                if (!able[0]) {
                    fail(m);
                }
                got.add(m);
            });
            DeadLetters<String> letters = a.deadLetters(JOBS);
            assertTrue(sim.runUntil(() -> letters.count() == 1, LIMIT));
            MessageId first = ids(letters).get(0);
            MessageId second = letters.redrive(first);
            assertFalse(second.equals(first));
            assertTrue(until(sim, () -> ids(letters).equals(List.of(second))));
            able[0] = true;
            MessageId third = letters.redrive(second);
            assertTrue(sim.runUntil(() -> !got.isEmpty(), LIMIT));
            Message<String> message = got.get(0);
            assertEquals(third, message.id());
            assertEquals(1, message.attempt());
            assertEquals("job", message.value());
            assertEquals("k", message.key().orElse(""));
            assertEquals("jobs.eu", message.subject());
            assertEquals(Map.of("h", "x", DeadLetters.ORIGIN_ID, first.toString()), message.headers());
            assertEquals(0, letters.count());
            ParleyException gone = assertThrows(ParleyException.class, () -> letters.redrive(second));
            assertEquals(ErrorCode.INVALID_ARGUMENT, gone.code());
            assertFalse(letters.discard(second));
        }
    }

    /** Whether a condition that asks the disk comes to hold. */
    static boolean until(Sim sim, BooleanSupplier condition) {
        for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
            sim.run(Duration.ofMillis(500));
        }
        return condition.getAsBoolean();
    }

    static List<MessageId> ids(DeadLetters<String> letters) {
        List<MessageId> ids = new ArrayList<>();
        letters.forEach(letter -> ids.add(letter.message().id()));
        return ids;
    }

    @Test
    void shouldKeepWhatOutlivedItsTime() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = sender(sim);
            CompletableFuture<Receipt> receipt =
                    a.pusher(JOBS).sendAsync(Outgoing.of("late").ttl(Duration.ofSeconds(1)), Stage.PROCESSED);
            a.pusher(JOBS).send("patient");
            assertTrue(sim.runUntil(receipt::isCompletedExceptionally, LIMIT));
            sim.cutPower(a);
            Node again = sim.restart(a);
            again.pusher(JOBS);
            assertEquals(List.of("late"), values(again));
            again.deadLetters(JOBS)
                    .forEach(letter ->
                            assertEquals(Death.Reason.EXPIRED, letter.death().reason()));
            List<String> done = new ArrayList<>();
            worker(sim).pull(JOBS, m -> done.add(m.value()));
            assertTrue(sim.runUntil(() -> !done.isEmpty(), LIMIT));
            sim.run(Duration.ofSeconds(10));
            assertEquals(List.of("patient"), done);
        }
    }

    @Test
    void shouldLoseNoDeadLetterToAFullDisk() {
        try (Sim sim = Sim.seeded(3)) {
            Node a = sender(sim);
            for (int i = 0; i < 20; i++) {
                a.pusher(JOBS).send("job " + i);
            }
            sim.disk("sender").files().fill();
            worker(sim).pull(JOBS, DeadLettersSimTest::fail);
            sim.run(Duration.ofSeconds(30));
            assertEquals(0, a.deadLetters(JOBS).count());
            assertTrue(a.counters().get(Happening.DISK_FULL) > 0);
            assertEquals(0, a.counters().get(Happening.MESSAGE_DEAD));
            sim.disk("sender").files().makeRoom();
            sim.run(Duration.ofSeconds(30));
            assertEquals(20, a.deadLetters(JOBS).count());
            assertEquals(20, a.counters().get(Happening.MESSAGE_DEAD));
        }
    }

    @Test
    void shouldLetTheOldestGoWhenThereAreTooManyOrTheyAreTooOld() {
        try (Sim sim = Sim.seeded(4)) {
            Node a = sender(sim);
            WorkQueue<String> few = JOBS.keepDead(Duration.ofDays(3), 10);
            a.pusher(few);
            worker(sim).pull(few, DeadLettersSimTest::fail);
            for (int i = 0; i < 25; i++) {
                a.pusher(few).send("job " + i);
                sim.run(Duration.ofHours(1));
            }
            assertEquals(10, a.deadLetters(few).count());
            assertEquals(15, a.counters().get(Happening.DEAD_LETTERS_DROPPED));
            sim.run(Duration.ofHours(72 - 5));
            long left = a.deadLetters(few).count();
            assertTrue(left >= 4 && left <= 6, () -> left + " are left");
            sim.cutPower(a);
            Node again = sim.restart(a);
            assertEquals(left, again.deadLetters(few).count());
        }
    }

    @Test
    void shouldHaveEachJobDoneOrAmongTheDeadWhoeverDiesP32() {
        Seeds.forEach(25, seed -> new World(seed).play());
    }

    /** A sender and a worker that die again and again, and jobs of which some cannot be done. */
    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private final List<Node> alive = new ArrayList<>();
        private final Map<String, CompletableFuture<Receipt>> receipts = new LinkedHashMap<>();
        private final Set<String> done = new HashSet<>();
        private final Set<String> told = new TreeSet<>();
        private final Set<String> cured = new HashSet<>();
        private Node sender;
        private int sent;

        World(long seed) {
            sim = Sim.seeded(seed);
            chance = sim.chance().split();
            sender = sender(sim);
            alive.add(sender);
            open(sender);
            Node worker = worker(sim);
            alive.add(worker);
            pull(worker);
        }

        void play() {
            try (sim) {
                Mishaps deaths = new Mishaps(sim, () -> alive)
                        .every(Duration.ofMillis(1_500))
                        .of(EnumSet.of(Kind.CRASH, Kind.POWER_CUT))
                        .onDeath(this::replace)
                        .begin();
                for (int i = 0; i < 200; i++) {
                    sim.after(Duration.ofMillis(chance.nextInt(15_000)), this::send);
                }
                sim.run(Duration.ofSeconds(20));
                deaths.end();
                sim.run(Duration.ofSeconds(5));
                assertTrue(until(sim, () -> missing().isEmpty()), () -> missing() + "\n" + deaths);
                sim.run(Duration.ofMinutes(1));
                List<String> dead = values(sender);
                assertEquals(new HashSet<>(dead).size(), dead.size(), () -> "twice among the dead: " + dead);
                assertTrue(dead.containsAll(told), () -> "told to be dead, and not there: " + told + "\n" + dead);
                decide(dead);
            }
        }

        /** Half of the dead are cured, the others nobody wants. */
        private void decide(List<String> dead) {
            DeadLetters<String> letters = sender.deadLetters(JOBS);
            List<DeadLetter<String>> all = new ArrayList<>();
            letters.forEach(all::add);
            for (DeadLetter<String> letter : all) {
                if (chance.chance(0.5)) {
                    cured.add(letter.message().value());
                    letters.redrive(letter.message().id());
                } else {
                    assertTrue(letters.discard(letter.message().id()));
                }
            }
            sim.cutPower(sender);
            sender = sim.restart(sender);
            open(sender);
            assertTrue(until(sim, () -> undone().isEmpty()), () -> "redriven, and lost: " + undone());
            sim.run(Duration.ofMinutes(1));
            assertTrue(cured.containsAll(values(sender)), () -> "discarded, and there: " + values(sender));
            sender.deadLetters(JOBS)
                    .forEach(letter ->
                            assertEquals(Death.Reason.EXPIRED, letter.death().reason(), () -> "of " + dead));
        }

        /** What was redriven, and is neither done nor has outlived its time again. */
        private Set<String> undone() {
            Set<String> undone = new TreeSet<>(cured);
            undone.removeAll(done);
            values(sender).forEach(undone::remove);
            return undone;
        }

        private List<String> missing() {
            Set<String> dead = new HashSet<>(values(sender));
            List<String> missing = new ArrayList<>();
            receipts.forEach((value, receipt) -> {
                boolean kept = receipt.isDone() && !receipt.isCompletedExceptionally();
                if (kept && !done.contains(value) && !dead.contains(value)) {
                    missing.add(value);
                }
            });
            return missing;
        }

        private void open(Node node) {
            node.pusher(JOBS).onDead(letter -> told.add(letter.message().value()));
        }

        private void send() {
            Node from = sender;
            sim.after(from, Duration.ZERO, () -> {
                String value = (chance.chance(0.4) ? "bad" : "good") + sent++;
                Outgoing<String> message = Outgoing.of(value);
                if (chance.chance(0.5)) {
                    message = message.key("k" + chance.nextInt(5));
                }
                if (chance.chance(0.2)) {
                    message = message.ttl(Duration.ofMillis(1 + chance.nextInt(3_000)));
                }
                receipts.put(value, from.pusher(JOBS).sendAsync(message, Stage.JOURNALED));
            });
        }

        private void pull(Node node) {
            node.pull(JOBS.concurrency(3), m -> {
                if (chance.chance(0.3)) {
                    sim.run(Duration.ofMillis(chance.nextInt(300)));
                }
                if (m.value().startsWith("bad") && !cured.contains(m.value())) {
                    fail(m);
                }
                done.add(m.value());
            });
        }

        private void replace(Node dead) {
            alive.remove(dead);
            sim.after(Duration.ofMillis(chance.nextInt(2_000)), () -> {
                Node again = sim.restart(dead);
                alive.add(again);
                if (dead == sender) {
                    sender = again;
                    sim.after(again, Duration.ZERO, () -> open(again));
                } else {
                    pull(again);
                }
            });
        }
    }
}
