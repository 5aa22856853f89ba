package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.MissedMessages;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Sender;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.Retention;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Storage;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import io.parley.testkit.log.Crash;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a data directory does when its disk, its past or its user is difficult. */
@Timeout(300)
class DataDirectorySimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8())
            .durable()
            .capacity(1 << 20)
            .whenFull(Overflow.block(Duration.ofSeconds(5)));
    private static final Topic<String> ROOMY = ORDERS.capacity(8 << 20);
    private static final WorkQueue<Integer> JOBS =
            WorkQueue.of("jobs", Codec.int32()).durable().capacity(1 << 20);

    private static CompletableFuture<Receipt> journal(Node node, Topic<String> topic, String value) {
        return node.publisher(topic).sendAsync(Outgoing.of(value), Stage.JOURNALED);
    }

    private static boolean failed(CompletableFuture<?> future, ErrorCode code) {
        try {
            future.getNow(null);
            return false;
        } catch (CompletionException e) {
            return e.getCause() instanceof ParleyException p && p.code() == code;
        }
    }

    @Test
    void shouldServeWhatEarlierRunsLeftWithoutItsCodec() {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            a.pusher(JOBS).send(7);
            a.publisher(ORDERS).send("one");
            sim.cutPower(a);
            Node again = sim.restart(a);
            List<ChannelId> stored =
                    again.stored().stream().map(ChannelSettings::id).toList();
            assertEquals(List.of(new ChannelId(Kind.QUEUE, "jobs"), new ChannelId(Kind.TOPIC, "orders")), stored);
            assertEquals(JOBS.settings(), again.stored().get(0));
            List<Sender<byte[]>> open = stored.stream().map(again::reopen).toList();
            List<Object> got = new ArrayList<>();
            Node b = node(sim, "b");
            b.pull(JOBS, m -> got.add(m.value()));
            b.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.size() == 2, LIMIT));
            assertTrue(got.containsAll(List.of(7, "one")), got::toString);
            ParleyException e = assertThrows(ParleyException.class, () -> again.pusher(JOBS));
            assertEquals(ErrorCode.CHANNEL_CONFLICT, e.code());
            open.forEach(Sender::close);
            again.pusher(JOBS).send(8);
            assertTrue(sim.runUntil(() -> got.contains(8), LIMIT));
        }
    }

    @Test
    void shouldOpenAChannelAgainThatItHasJustClosed() {
        try (Sim sim = Sim.seeded(2)) {
            Node a = node(sim, "a");
            for (int i = 0; i < 20; i++) {
                var unused = a.publisher(ORDERS).sendAsync("m" + i);
                a.publisher(ORDERS).close();
            }
            List<String> got = new ArrayList<>();
            node(sim, "b").subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> got.add(m.value()));
            a.publisher(ORDERS);
            assertTrue(sim.runUntil(() -> got.size() == 20, LIMIT), got::toString);
        }
    }

    @Test
    void shouldKeepMessagesForWhomItExpects() {
        Topic<String> expecting =
                ORDERS.retention(Retention.DEFAULT.untilRead()).expect("audit");
        try (Sim sim = Sim.seeded(3)) {
            Node a = node(sim, "a");
            a.publisher(expecting).send("one");
            sim.crash(a);
            Node again = sim.restart(a);
            again.publisher(expecting).send("two");
            CompletableFuture<Receipt> three =
                    again.publisher(expecting).sendAsync(Outgoing.of("three"), Stage.PROCESSED);
            sim.run(Duration.ofSeconds(5));
            assertFalse(three.isDone(), "nobody has read it");
            List<String> got = new ArrayList<>();
            node(sim, "b").subscribe(expecting.reader("audit"), m -> got.add(m.value()));
            assertTrue(sim.runUntil(three::isDone, LIMIT));
            assertEquals(List.of("one", "two", "three"), got);
            assertEquals(List.of("b"), three.join().by());
        }
    }

    @Test
    void shouldLetGoOfWhatIsTooOldAndTellTheReaderThatWasAway() {
        Topic<String> brief = ORDERS.retention(Retention.DEFAULT.withAge(Duration.ofMinutes(1)));
        try (Sim sim = Sim.seeded(4)) {
            Node a = node(sim, "a");
            List<String> got = new ArrayList<>();
            List<MissedMessages> missed = new ArrayList<>();
            Node b = node(sim, "b");
            b.subscribe(brief.reader("billing"), m -> got.add(m.value()));
            a.publisher(brief).awaitSubscribers(1, LIMIT);
            a.publisher(brief).send("first");
            assertTrue(sim.runUntil(() -> got.size() == 1, LIMIT));
            b.close();
            for (int i = 0; i < 300; i++) {
                a.publisher(brief).send("x".repeat(2_000));
            }
            sim.run(Duration.ofMinutes(3));
            a.publisher(brief).send("last");
            node(sim, "c").subscribe(brief.reader("billing").onMissed(missed::add), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.contains("last"), LIMIT));
            assertEquals(GapReason.RETENTION, missed.get(0).reason());
            assertEquals(302, got.size() + missed.get(0).count());
        }
    }

    @Test
    void shouldGiveNoReceiptAfterAFailedForceP15() {
        try (Sim sim = Sim.seeded(5)) {
            Node a = node(sim, "a");
            a.publisher(ORDERS).send("one");
            sim.disk("a").files().failForce(1);
            CompletableFuture<Receipt> two = journal(a, ORDERS, "two");
            assertTrue(sim.runUntil(two::isDone, LIMIT));
            assertTrue(failed(two, ErrorCode.DISK_FAILED), two::toString);
            ParleyException e = assertThrows(
                    ParleyException.class, () -> a.publisher(ORDERS).send("three"));
            assertEquals(ErrorCode.DISK_FAILED, e.code());
            assertEquals(1, a.counters().get(Happening.CHANNEL_FAILED));
            List<String> got = new ArrayList<>();
            node(sim, "b").subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> !got.isEmpty(), LIMIT));
            sim.run(Duration.ofSeconds(2));
            assertEquals(List.of("one"), got, "what was not forced is not seen");
            long before = sim.nanos();
            a.close();
            assertTrue(sim.nanos() - before < Duration.ofSeconds(3).toNanos());
        }
    }

    @Test
    void shouldWaitForRoomOnAFullDiskAndGoOnByItselfP14() {
        try (Sim sim = Sim.seeded(6)) {
            Node a = node(sim, "a");
            a.publisher(ROOMY).send("first");
            sim.disk("a").files().fill();
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            ParleyException full = assertThrows(ParleyException.class, () -> {
                for (int i = 0; i < 2_000; i++) {
                    receipts.add(journal(a, ROOMY, i + "x".repeat(500)));
                    sim.run(Duration.ofMillis(i % 50 == 0 ? 1 : 0));
                }
            });
            assertEquals(ErrorCode.LOG_FULL, full.code());
            assertEquals(1, a.counters().get(Happening.DISK_FULL));
            long done = receipts.stream().filter(CompletableFuture::isDone).count();
            assertTrue(done < receipts.size(), "all are said to be journaled");
            sim.run(Duration.ofSeconds(10));
            assertEquals(
                    done, receipts.stream().filter(CompletableFuture::isDone).count(), "no room, no receipt");
            sim.disk("a").files().makeRoom();
            assertTrue(sim.runUntil(() -> receipts.stream().allMatch(CompletableFuture::isDone), LIMIT));
            receipts.forEach(CompletableFuture::join);
            a.publisher(ROOMY).send("last");
            List<String> got = new ArrayList<>();
            node(sim, "b").subscribe(ROOMY.reader("billing").from(Start.EARLIEST), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.contains("last"), LIMIT));
            assertEquals(receipts.size() + 2, got.size());
        }
    }

    @Test
    void shouldRepeatNothingThatWasSettledWhileTheLedgerHadNoRoomP14() {
        try (Sim sim = Sim.seeded(9)) {
            Node a = node(sim, "a");
            for (int i = 0; i < 20; i++) {
                a.pusher(JOBS).send(i);
                a.publisher(ORDERS).send("order " + i);
            }
            sim.disk("a").files().fill(); // there is no file yet that says what became of them
            List<Object> got = new ArrayList<>();
            Node b = node(sim, "b");
            b.pull(JOBS, m -> got.add(m.value()));
            b.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.size() == 40, LIMIT));
            sim.run(Duration.ofSeconds(5));
            assertEquals(
                    2,
                    a.counters().get(Happening.DISK_FULL),
                    () -> "" + sim.disk("a").files().trace());
            sim.crash(b);
            sim.disk("a").files().makeRoom();
            sim.run(Duration.ofSeconds(5));
            sim.cutPower(a);
            Node again = sim.restart(a);
            again.pusher(JOBS).send(20);
            again.publisher(ORDERS).send("order 20");
            Node next = sim.restart(b);
            next.pull(JOBS, m -> got.add(m.value()));
            next.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.contains(20) && got.contains("order 20"), LIMIT));
            sim.run(Duration.ofSeconds(5));
            assertEquals(42, got.size(), () -> "what was settled came again: " + got);
        }
    }

    @Test
    void shouldGiveOutAgainWithoutASecondRunWhatALedgerWithoutRoomLostP14() {
        try (Sim sim = Sim.seeded(10)) {
            Node a = node(sim, "a");
            for (int i = 0; i < 20; i++) {
                a.pusher(JOBS).send(i);
            }
            sim.disk("a").files().fill();
            List<Object> got = new ArrayList<>();
            node(sim, "b").pull(JOBS, m -> got.add(m.value()));
            assertTrue(sim.runUntil(() -> got.size() == 20, LIMIT));
            sim.run(Duration.ofSeconds(5));
            sim.cutPower(a);
            sim.disk("a").files().makeRoom();
            Node again = sim.restart(a);
            again.pusher(JOBS).flush(Stage.PROCESSED, LIMIT);
            assertEquals(20, got.size(), () -> "a worker that lives ran it again: " + got);
        }
    }

    @Test
    void shouldExpireNothingAndKeepAllForAClockThatJumpsP17() {
        for (Duration jump : List.of(Duration.ofHours(-1), Duration.ofDays(1))) {
            try (Sim sim = Sim.seeded(11)) {
                Node a = node(sim, "a");
                Outgoing<String> brief = Outgoing.of("brief").ttl(Duration.ofMinutes(10));
                a.publisher(ORDERS).send("lasting");
                a.publisher(ORDERS).send(brief);
                a.pusher(JOBS).send(Outgoing.of(1).ttl(Duration.ofMinutes(10)));
                sim.jumpWallClock(a, jump);
                sim.run(Duration.ofMinutes(1));
                a.publisher(ORDERS).send(brief);
                a.pusher(JOBS).send(Outgoing.of(2).ttl(Duration.ofMinutes(10)));
                sim.run(Duration.ofMinutes(5));
                List<Object> got = new ArrayList<>();
                Node b = node(sim, "b");
                b.pull(JOBS, m -> got.add(m.value()));
                b.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> got.add(m.value()));
                assertTrue(sim.runUntil(() -> got.size() == 5, LIMIT), () -> jump + ": " + got);
                assertTrue(got.containsAll(List.of(1, 2, "lasting", "brief")), got::toString);
                sim.crash(a);
                Node again = sim.restart(a); // by a clock that is wrong since
                List<Object> all = new ArrayList<>();
                node(sim, "c").subscribe(ORDERS.reader("audit").from(Start.EARLIEST), m -> all.add(m.value()));
                again.publisher(ORDERS).send("new");
                assertTrue(sim.runUntil(() -> all.contains("new"), LIMIT));
                assertTrue(all.contains("lasting"), () -> jump + ": " + all);
            }
        }
    }

    @Test
    void shouldBeginEachRunWithAHigherEpochHoweverTheOneBeforeEndedP13() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = node(sim, "a");
                List<Long> epochs = new ArrayList<>();
                node(sim, "b")
                        .subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> epochs.add(m.id().epoch()));
                for (int run = 1; run <= 5; run++) {
                    a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
                    CompletableFuture<Receipt> receipt = journal(a, ORDERS, "run " + run);
                    int seen = run;
                    assertTrue(sim.runUntil(() -> receipt.isDone() && epochs.size() >= seen, LIMIT));
                    sim.cutPower(a);
                    a = sim.restart(a);
                }
                assertEquals(epochs.stream().distinct().sorted().toList(), epochs);
            }
        });
    }

    @Test
    void shouldRefuseABackupThatIsOlderThanWhatPeersKnowP13() {
        try (Sim sim = Sim.seeded(7)) {
            Node a = node(sim, "a");
            a.publisher(ORDERS).send("one");
            Storage backup = sim.disk("a").files().crash(Crash.KILL, new SeededEntropy(1));
            sim.crash(a);
            Node second = sim.restart(a);
            sim.crash(second);
            Node third = sim.restart(second);
            Node b = node(sim, "b");
            b.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> {});
            third.publisher(ORDERS).awaitSubscribers(1, LIMIT);
            sim.crash(third);
            sim.run(Duration.ofSeconds(30));
            Node restored = sim.node("restored", builder -> builder.delivery(Journal.over(() -> backup)));
            assertEquals(a.id(), restored.id());
            assertTrue(sim.runUntil(() -> refusals(sim, restored, "STALE_EPOCH") > 0, LIMIT));
            assertEquals(
                    0,
                    restored.peers().stream().filter(p -> p.name().equals("b")).count());
        }
    }

    @Test
    void shouldRefuseACopyThatRunsBesideItsOriginalP13() {
        try (Sim sim = Sim.seeded(8)) {
            Node a = node(sim, "a");
            a.close();
            Storage copy = sim.disk("a").files().crash(Crash.KILL, new SeededEntropy(1));
            Node original = sim.restart(a);
            Node b = node(sim, "b");
            original.awaitPeer("b", LIMIT);
            Node twin = sim.node("twin", builder -> builder.delivery(Journal.over(() -> copy)));
            assertEquals(original.id(), twin.id());
            assertTrue(sim.runUntil(() -> refusals(sim, twin, "DUPLICATE_IDENTITY") > 0, LIMIT));
            assertTrue(b.peers().stream().noneMatch(p -> p.name().equals("twin")));
        }
    }

    private static long refusals(Sim sim, Node node, String reason) {
        return sim.events(node).stream()
                .filter(e -> e.what() == Happening.LINK_REFUSED && e.detail().contains(reason))
                .count();
    }
}
