package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Message;
import io.parley.core.MissedMessages;
import io.parley.core.Node;
import io.parley.core.Topic;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A durable topic whose publisher is faster than a reader, with a log that has not room for all. */
@Timeout(300)
class CrowdedTopicSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int COUNT = 800;
    private static final Window WINDOW = new Window(64, 64 << 10); // far less than what is sent
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(256 << 10).laggards(Laggards.evictAfter(PATIENCE));

    /** What came of a reader's messages. */
    private static final class Reader {
        final List<Integer> got = new ArrayList<>();
        final List<MissedMessages> missed = new ArrayList<>();

        Reader(Node node, String name, Handling handling) {
            node.subscribe(ORDERS.reader(name).window(WINDOW).onMissed(missed::add), m -> {
                int number = number(m);
                handling.take(number);
                got.add(number);
            });
        }

        private static int number(Message<String> message) {
            return Integer.parseInt(message.value().substring(0, message.value().indexOf(':')));
        }

        /** All that it will not get it is told of, to the number, and by this reason alone. */
        void checkTold() {
            assertTrue(missed.stream().allMatch(gap -> gap.reason() == GapReason.RETENTION), missed::toString);
            assertEquals(
                    COUNT,
                    got.size()
                            + missed.stream().mapToLong(MissedMessages::count).sum());
        }

        void checkAll() {
            assertEquals(List.of(), missed);
            assertEquals(IntStream.range(0, COUNT).boxed().toList(), got);
        }
    }

    /** Takes its time for a message. */
    private interface Handling {
        void take(int number);
    }

    private static void send(Sim sim, Node sender) {
        for (int i = 0; i < COUNT; i++) {
            sender.publisher(ORDERS)
                    .send(i + ":" + "x".repeat(500 + sim.chance().nextInt(1_000)));
        }
    }

    private static Handling slow(Sim sim) {
        return number -> sim.run(Duration.ofMillis(sim.chance().nextInt(60)));
    }

    @Test
    void shouldWaitForAnAttachedReaderThatIsSlowerAndDropNothingP35() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node sender = node(sim, "sender");
                Node slow = node(sim, "slow");
                Reader reader = new Reader(slow, "slow", slow(sim));
                Reader quick = new Reader(node(sim, "quick"), "quick", number -> {});
                sender.publisher(ORDERS).awaitSubscribers(2, LIMIT);
                for (int i = 0; i < 3; i++) { // a link that returns at once is no absence
                    sim.after(Duration.ofMillis(sim.chance().nextInt(15_000)), () -> sim.sever(sender, slow));
                }
                send(sim, sender);
                assertTrue(sim.runUntil(() -> reader.got.size() == COUNT, LIMIT), () -> sender.explain("orders") + "");
                reader.checkAll();
                quick.checkAll();
                assertEquals(0, sender.counters().get(Happening.READER_EVICTED));
            }
        });
    }

    @Test
    void shouldNotWaitForAReaderThatIsAwayP35() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node sender = node(sim, "sender");
                Node leaves = node(sim, "leaves");
                Reader away = new Reader(leaves, "away", number -> {});
                Reader slow = new Reader(node(sim, "slow"), "slow", slow(sim));
                sender.publisher(ORDERS).awaitSubscribers(2, LIMIT);
                sim.crash(leaves);
                send(sim, sender);
                assertTrue(sim.runUntil(() -> slow.got.size() == COUNT, LIMIT), () -> sender.explain("orders") + "");
                slow.checkAll();
                assertEquals(List.of(), away.got);
                assertEquals(0, sender.counters().get(Happening.READER_EVICTED), "it was waited for");
                Reader back = new Reader(sim.restart(leaves), "away", number -> {});
                assertTrue(sim.runUntil(() -> back.got.contains(COUNT - 1), LIMIT));
                assertTrue(back.got.size() < COUNT, "the log had room for all");
                back.checkTold();
            }
        });
    }

    @Test
    void shouldWaitOnceForAReaderThatStandsStillAndTellItWhatWentP35() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node sender = node(sim, "sender");
                int hangsAt = sim.chance().nextInt(200);
                boolean[] hangs = {true};
                Reader reader = new Reader(node(sim, "hangs"), "hangs", number -> {
                    if (number == hangsAt) {
                        sim.runUntil(() -> !hangs[0], LIMIT);
                    }
                });
                sender.publisher(ORDERS).awaitSubscribers(1, LIMIT);
                long began = sim.nanos();
                send(sim, sender);
                Duration took = Duration.ofNanos(sim.nanos() - began);
                assertTrue(took.compareTo(PATIENCE) >= 0, () -> "it was waited for " + took + " only");
                assertTrue(took.compareTo(PATIENCE.multipliedBy(2)) < 0, () -> "it was waited for again: " + took);
                assertEquals(1, sender.counters().get(Happening.READER_EVICTED));
                hangs[0] = false;
                assertTrue(sim.runUntil(() -> reader.got.contains(COUNT - 1), LIMIT));
                assertTrue(reader.got.size() < COUNT, "the log had room for all");
                reader.checkTold();
            }
        });
    }

    @Test
    void shouldRefuseWhatHasNoRoomWhereThePolicyIsToFailP35() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node sender = node(sim, "sender");
                Reader reader = new Reader(node(sim, "slow"), "slow", slow(sim));
                Topic<String> failing = ORDERS.whenFull(Overflow.fail());
                sender.publisher(failing).awaitSubscribers(1, LIMIT);
                int[] taken = new int[1];
                ParleyException full = assertThrows(ParleyException.class, () -> {
                    while (taken[0] < COUNT) {
                        sender.publisher(failing).send(taken[0] + ":" + "x".repeat(1_000));
                        taken[0]++;
                    }
                });
                assertEquals(ErrorCode.LOG_FULL, full.code(), full::getMessage);
                assertTrue(sim.runUntil(() -> reader.got.size() == taken[0], LIMIT));
                sim.run(Duration.ofSeconds(5));
                assertEquals(taken[0], reader.got.size());
                assertEquals(List.of(), reader.missed);
            }
        });
    }
}
