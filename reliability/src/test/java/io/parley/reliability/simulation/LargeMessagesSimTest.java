package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.MissedMessages;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.codec.Codec;
import io.parley.core.wire.FrameType;
import io.parley.reliability.Reliability;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import io.parley.testkit.net.FrameRule;
import io.parley.testkit.net.SimSettings;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that travel in chunks: whatever breaks, each comes whole, as its mode promises, and small ones between its parts. */
@Timeout(600)
class LargeMessagesSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int LARGE = 270_000;
    private static final int LARGEST = 16 << 20;
    private static final Topic<byte[]> NEWS = Topic.of("news", Codec.bytes());
    private static final Topic<byte[]> ORDERS =
            Topic.of("orders", Codec.bytes()).reliable().laggards(Laggards.keepAlways());
    private static final WorkQueue<byte[]> JOBS = WorkQueue.of("jobs", Codec.bytes());
    private static final Topic<byte[]> SMALL = Topic.of("small", Codec.bytes());

    @Test
    void shouldBringEachWholeWhateverBreaksP31() {
        Seeds.forEach(
                12,
                seed -> new World(seed)
                        .play(EnumSet.of(Kind.PARTITION, Kind.SEVER, Kind.HALF_OPEN, Kind.PAUSE, Kind.SLOW)));
    }

    @Test
    void shouldBringEachWholeWhileWorkersDieP31() {
        Seeds.forEach(12, seed -> new World(seed).play(EnumSet.of(Kind.SEVER, Kind.CRASH)));
    }

    @Test
    void shouldLetSmallMessagesPassBetweenThePartsOfALargeOneP31() {
        try (Sim sim = Sim.seeded(1)) {
            sim.network().use(SimSettings.lan().withBytesPerSecond(4_000_000));
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<Long> arrived = new ArrayList<>();
            List<Long> large = new ArrayList<>();
            b.subscribe(SMALL, m -> arrived.add(sim.nanos()));
            b.subscribe(NEWS, m -> large.add(sim.nanos()));
            Publisher<byte[]> small = a.publisher(SMALL);
            Publisher<byte[]> news = a.publisher(NEWS);
            small.awaitSubscribers(1, LIMIT);
            news.awaitSubscribers(1, LIMIT);
            news.send(content("a", 1, LARGEST));
            long worst = 0;
            int sent = 0;
            while (large.isEmpty()) {
                long began = sim.nanos();
                small.send(content("a", ++sent, 20));
                int expected = sent;
                assertTrue(sim.runUntil(() -> arrived.size() == expected, LIMIT));
                worst = Math.max(worst, sim.nanos() - began);
                sim.run(Duration.ofMillis(5));
            }
            // behind what the transport holds, a chunk and a few hops; the large one takes 4 s
            assertTrue(sent > 30, () -> "only " + arrived.size() + " passed");
            long millis = worst / 1_000_000;
            assertTrue(millis < 100, () -> "a small message took " + millis + " ms");
        }
    }

    @Test
    void shouldGoOnWhereOneMessageIsLargerThanTheLogP31() {
        try (Sim sim = Sim.seeded(1).delivery(Reliability.inMemory())) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            List<Integer> done = new ArrayList<>();
            b.pull(JOBS, m -> done.add(check(m.value())));
            b.subscribe(ORDERS, m -> done.add(check(m.value())));
            Pusher<byte[]> jobs = a.pusher(JOBS.capacity(256 << 10));
            Publisher<byte[]> orders = a.publisher(ORDERS.capacity(256 << 10));
            orders.awaitSubscribers(1, LIMIT);
            for (int i = 1; i <= 4; i++) {
                jobs.send(content("a", i, LARGEST));
                orders.send(content("a", i, LARGEST));
            }
            assertTrue(sim.runUntil(() -> done.size() == 8, LIMIT), done::toString);
        }
    }

    @Test
    void shouldLetSendersWaitForRoomP31() {
        try (Sim sim = Sim.seeded(1)) {
            Node reader = sim.node("reader");
            Map<String, Integer> got = new HashMap<>();
            reader.subscribe(NEWS, m -> got.merge(m.from().name(), check(m.value()), Integer::sum));
            List<Node> senders = senders(sim, 7);
            senders.forEach(s -> s.publisher(NEWS).send(content(s.name(), 1, LARGEST)));

            assertTrue(sim.runUntil(() -> got.size() == 7, LIMIT), got::toString);
            assertEquals(
                    0,
                    sim.events(reader).stream()
                            .filter(e -> e.what() == Happening.LIMIT_REACHED)
                            .count());
        }
    }

    @Test
    void shouldCutOffWhoHoldsTheRoomAndSendsNothingP31() {
        try (Sim sim = Sim.seeded(1)) {
            Node reader = sim.node("reader");
            Set<String> got = new TreeSet<>();
            reader.subscribe(NEWS, m -> got.add(m.from().name()));
            List<Node> senders = senders(sim, 5);
            Set<String> stalled = new TreeSet<>();
            for (Node sender : senders.subList(0, 4)) {
                stalled.add(sim.host(sender).address());
            }
            // what grants them more never comes: so they wait, and answer each PING
            sim.network()
                    .rule(passage -> passage.type() == FrameType.ACK.code() && stalled.contains(passage.to())
                            ? FrameFate.LOSE
                            : FrameFate.PASS);
            senders.subList(0, 4).forEach(s -> s.publisher(NEWS).send(content(s.name(), 1, LARGEST)));
            sim.run(Duration.ofSeconds(1));
            senders.get(4).publisher(NEWS).send(content("s4", 1, LARGEST));

            assertTrue(sim.runUntil(() -> got.contains("s4"), Duration.ofSeconds(30)), got::toString);
            assertTrue(sim.events(reader).stream()
                    .anyMatch(e ->
                            e.what() == Happening.LIMIT_REACHED && e.detail().contains("no more for 10 s")));
            sim.network().rule(FrameRule.none());
            senders.forEach(s -> sim.sever(s, reader)); // a grant that was lost with no link is not given again
            assertTrue(sim.runUntil(() -> got.size() == 5, LIMIT), got::toString);
        }
    }

    private static List<Node> senders(Sim sim, int count) {
        List<Node> senders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            senders.add(sim.node("s" + i));
        }
        senders.forEach(s -> s.publisher(NEWS).awaitSubscribers(1, LIMIT));
        return senders;
    }

    /** Bytes that say whose they are and which, all of them. */
    private static byte[] content(String sender, int number, int length) {
        byte[] bytes = new byte[Math.max(16, length)];
        for (int i = 16; i < bytes.length; i++) {
            bytes[i] = (byte) (31 * i + number);
        }
        ByteBuffer.wrap(bytes).putInt(number).putInt(bytes.length).putLong(sender.hashCode());
        return bytes;
    }

    /** The number of a message that is as it was sent. */
    private static int check(byte[] bytes) {
        int number = ByteBuffer.wrap(bytes).getInt();
        assertEquals(bytes.length, ByteBuffer.wrap(bytes).getInt(4));
        byte[] expected = content("", number, bytes.length);
        assertTrue(Arrays.equals(expected, 16, bytes.length, bytes, 16, bytes.length), "message " + number);
        return number;
    }

    /** A sender in all modes; readers that stay, and workers that may die. */
    private static final class World {
        private final Sim sim;
        private final SeededEntropy chance;
        private final List<Node> workers = new ArrayList<>();
        private final List<String> wrong = new ArrayList<>();
        private final List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        private final Map<Integer, Integer> runs = new HashMap<>();
        private long heard;
        private long missed;
        private int lastHeard;
        private int ordered;
        private int sentNews;
        private int sentOrders;
        private int sentJobs;

        World(long seed) {
            sim = Sim.seeded(seed).delivery(Reliability.inMemory());
            chance = sim.chance().split();
        }

        void play(Set<Kind> kinds) {
            try (sim) {
                Node sender = sim.node("sender");
                Node reader = sim.node("reader");
                Window narrow = new Window(100, 100_000);
                boolean wide = chance.chance(0.5);
                Window window = wide ? Window.DEFAULT : narrow;
                reader.subscribe(NEWS.reader().window(window).onMissed(this::miss), m -> hear(check(m.value())));
                Subscription orders = reader.subscribe(ORDERS.reader().window(window), m -> order(check(m.value())));
                for (int i = 0; i < 2; i++) {
                    workers.add(sim.node("w" + i));
                }
                workers.forEach(w -> work(w, window));
                sender.publisher(NEWS).awaitSubscribers(1, LIMIT);
                sender.publisher(ORDERS).awaitSubscribers(1, LIMIT);
                sender.pusher(JOBS).awaitWorkers(2, LIMIT);
                Mishaps mishaps = new Mishaps(sim, () -> mortals(kinds, List.of(sender, reader)))
                        .of(kinds)
                        .onDeath(dead -> replace(dead, window))
                        .begin();
                for (int i = 0; i < 60; i++) {
                    sim.after(sender, Duration.ofMillis(chance.nextInt(20_000)), () -> send(sender));
                }
                sim.run(Duration.ofSeconds(21));
                mishaps.end();
                assertTrue(
                        sim.runUntil(() -> audit().isEmpty(), LIMIT),
                        () -> audit() + "\n" + orders.stats() + "\n" + mishaps);
            }
        }

        private List<Node> mortals(Set<Kind> kinds, List<Node> others) {
            List<Node> all = new ArrayList<>(workers);
            if (!kinds.contains(Kind.CRASH)) {
                all.addAll(others);
            }
            return all;
        }

        private void replace(Node dead, Window window) {
            workers.remove(dead);
            sim.after(Duration.ofMillis(chance.nextInt(2_000)), () -> {
                Node again = sim.restart(dead);
                workers.add(again);
                work(again, window);
            });
        }

        private void work(Node worker, Window window) {
            worker.pull(JOBS.reader().window(window), m -> runs.merge(check(m.value()), 1, Integer::sum));
        }

        private void send(Node sender) {
            int length = chance.chance(0.4) ? LARGE + chance.nextInt(1_000_000) : chance.nextInt(2_000);
            switch (chance.nextInt(3)) {
                case 0 -> sender.publisher(NEWS).send(content("", ++sentNews, length));
                case 1 ->
                    receipts.add(sender.publisher(ORDERS)
                            .sendAsync(Outgoing.of(content("", ++sentOrders, length)), Stage.PROCESSED));
                default ->
                    receipts.add(sender.pusher(JOBS)
                            .sendAsync(Outgoing.of(content("", ++sentJobs, length)), Stage.PROCESSED));
            }
        }

        private void hear(int number) {
            if (number <= lastHeard) {
                wrong.add("news " + number + " came after " + lastHeard);
            }
            lastHeard = number;
            heard++;
        }

        private void miss(MissedMessages gap) {
            missed += gap.reason() == GapReason.SENDER_LOST ? 0 : gap.count();
        }

        private void order(int number) {
            if (number != ++ordered) {
                wrong.add("order " + number + " came as the " + ordered + "th");
            }
        }

        private List<String> audit() {
            List<String> found = new ArrayList<>(wrong);
            if (heard + missed != sentNews) {
                found.add(heard + " news heard, " + missed + " missed of " + sentNews);
            }
            if (ordered != sentOrders || runs.size() != sentJobs) {
                found.add(ordered + " of " + sentOrders + " orders, " + runs.size() + " of " + sentJobs + " jobs");
            }
            long open = receipts.stream().filter(r -> !r.isDone()).count();
            long failed = receipts.stream()
                    .filter(CompletableFuture::isCompletedExceptionally)
                    .count();
            if (open + failed > 0) {
                found.add(open + " receipts are open, " + failed + " failed");
            }
            return found;
        }
    }
}
