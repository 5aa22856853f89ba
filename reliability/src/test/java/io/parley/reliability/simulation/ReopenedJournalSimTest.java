package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.MissedMessages;
import io.parley.core.Node;
import io.parley.core.Sender;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.testkit.Sim;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node finds in the files of an earlier run: much, or damage. */
@Timeout(600)
class ReopenedJournalSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int MESSAGES = 60;

    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(256 << 10);

    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable().capacity(256 << 10);

    @Test
    void shouldDeliverAllThatIsSoundAndTellAllThatIsNotWhereverABitFlipsP16() {
        Seeds.forEach(60, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                SeededEntropy chance = sim.chance().split();
                Set<String> got = new HashSet<>();
                Node before = leave(sim, got);
                String where = flip(sim.disk("a").files(), chance);
                Node after = open(sim, before, where);
                if (after == null) {
                    return;
                }
                Node next = node(sim, "next");
                List<MissedMessages> missed = new ArrayList<>();
                next.subscribe(
                        ORDERS.reader("audit").from(Start.EARLIEST).onMissed(missed::add),
                        m -> got.add("all " + name(m.value())));
                next.subscribe(ORDERS.reader("billing").from(Start.EARLIEST), m -> got.add(name(m.value())));
                next.pull(JOBS, m -> got.add(name(m.value())));
                after.publisher(ORDERS).send("last:");
                after.pusher(JOBS).send("end:");
                assertTrue(sim.runUntil(() -> got.containsAll(List.of("last", "all last", "end")), LIMIT), where);
                sim.run(Duration.ofSeconds(5));
                assertTrue(missed.stream().allMatch(gap -> gap.reason() == GapReason.CORRUPT), () -> where + missed);
                long told = missed.stream().mapToLong(MissedMessages::count).sum();
                assertTrue(told <= 1, () -> where + "one flip took " + told);
                long all = got.stream().filter(one -> one.startsWith("all ")).count();
                assertEquals(MESSAGES + 1 - told, all, where);
                assertTrue(got.size() - all >= 2 * MESSAGES + 2 - 1, () -> where + got.size());
            }
        });
    }

    /** A run that ends with messages of which some were handled. */
    private static Node leave(Sim sim, Set<String> got) {
        Node a = node(sim, "a");
        Node b = node(sim, "b");
        b.subscribe(ORDERS.reader("billing"), m -> got.add(name(m.value())));
        b.pull(JOBS, m -> got.add(name(m.value())));
        a.publisher(ORDERS).awaitSubscribers(1, LIMIT);
        a.pusher(JOBS).awaitWorkers(1, LIMIT);
        for (int i = 0; i < MESSAGES; i++) {
            if (i == MESSAGES / 2) {
                a.publisher(ORDERS).flush(Stage.PROCESSED, LIMIT);
                a.pusher(JOBS).flush(Stage.PROCESSED, LIMIT);
                b.close();
            }
            a.publisher(ORDERS)
                    .send("order " + i + ":" + "x".repeat(sim.chance().nextInt(2_000)));
            a.pusher(JOBS).send("job " + i + ":" + "x".repeat(sim.chance().nextInt(2_000)));
        }
        a.close();
        return a;
    }

    private static String name(String value) {
        return value.substring(0, value.indexOf(':'));
    }

    private static String flip(FaultyStorage files, SeededEntropy chance) {
        List<String> names = files.list();
        String name = names.get(chance.nextInt(names.size()));
        int size = files.open(name).size();
        int at = chance.nextInt(name.startsWith("ledger") ? Math.min(size, 4_096) : size);
        int bit = chance.nextInt(8);
        files.flip(name, at, bit);
        return name + " byte " + at + " bit " + bit + ": ";
    }

    /** Null when it refuses, which it may only for its small files. */
    private static @Nullable Node open(Sim sim, Node before, String where) {
        try {
            Node after = sim.restart(before);
            after.publisher(ORDERS);
            after.pusher(JOBS);
            return after;
        } catch (ParleyException refused) {
            assertEquals(ErrorCode.JOURNAL_DAMAGED, refused.code(), where);
            assertTrue(where.startsWith("node") || where.startsWith("channel"), where + refused);
            return null;
        }
    }

    @Test
    void shouldReadTheEndsOfItsFilesAndTheLastOfThemOnlyP21() {
        WorkQueue<String> queue = JOBS.capacity(64 << 20);
        reopenLarge(node -> node.pusher(queue));
        Topic<String> topic = ORDERS.capacity(64 << 20);
        reopenLarge(node -> node.publisher(topic));
    }

    private static void reopenLarge(Function<Node, Sender<String>> sending) {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            for (int i = 0; i < 40_000; i++) {
                sending.apply(a).offer("x".repeat(1_000));
                if (i % 500 == 0) {
                    sending.apply(a).flush(LIMIT);
                }
            }
            a.close();
            FaultyStorage files = sim.disk("a").files();
            long before = files.bytesRead();
            sending.apply(sim.restart(a)).send("last");
            long read = files.bytesRead() - before;
            assertTrue(read < 3 * (4 << 20), read + " bytes were read");
        }
    }
}
