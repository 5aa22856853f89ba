package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Pusher;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A best effort queue: what no worker will get, one worker is told of. */
@Timeout(600)
class BestEffortQueueSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final WorkQueue<String> QUEUE =
            WorkQueue.of("jobs", Codec.utf8()).bestEffort().capacity(256 * 1024);

    @Test
    void shouldTellAWorkerOfWhatExpiredInItsPlace() {
        Seeds.forEach(10, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                Pusher<String> pusher = a.pusher(QUEUE);
                pusher.send("first");
                for (int i = 0; i < 5; i++) {
                    pusher.send(Outgoing.of("late").ttl(Duration.ofMillis(100)));
                }
                pusher.send(Outgoing.of("in time").ttl(Duration.ofMinutes(10)));
                sim.run(Duration.ofSeconds(1));
                pusher.send("last");
                List<String> got = new ArrayList<>();
                b.pull(
                        QUEUE.reader().onMissed(m -> got.add(m.reason() + " " + m.count() + " " + m.exact())),
                        m -> got.add(m.value()));
                assertTrue(sim.runUntil(() -> got.contains("last"), LIMIT), got::toString);
                assertEquals(List.of("first", "EXPIRED 5 true", "in time", "last"), got);
            }
        });
    }

    @Test
    void shouldDropTheOldestAndTellWhenThatIsThePolicy() {
        Seeds.forEach(10, seed -> {
            Books books = new Books();
            dropped(seed, QUEUE.whenFull(Overflow.dropOldest()), books);
            assertTrue(books.first > 1, "the oldest were kept");
            assertEquals(2_000, books.last, "the newest was dropped");
        });
    }

    @Test
    void shouldTellOfTheNewestThatWereDroppedWhenThatIsThePolicy() {
        Seeds.forEach(10, seed -> {
            Books books = new Books();
            dropped(seed, QUEUE.whenFull(Overflow.dropNewest()), books);
            assertEquals(1, books.first);
        });
    }

    private static final class Books {
        private long received;
        private long missed;
        private long first;
        private long last;
        private String wrong = "";

        void received(long number) {
            first = received == 0 ? number : first;
            if (number <= last) {
                wrong = number + " after " + last;
            }
            last = number;
            received++;
        }
    }

    /** More than the log holds, and nobody who works. */
    private static void dropped(long seed, WorkQueue<String> queue, Books books) {
        try (Sim sim = Sim.seeded(seed)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            for (int i = 1; i <= 2_000; i++) {
                a.pusher(queue).send(i + ":" + "x".repeat(500));
                if (i % 20 == 0) {
                    sim.run(Duration.ofMillis(sim.chance().nextInt(20)));
                }
            }
            b.pull(
                    queue.reader().onMissed(m -> books.missed += m.count()),
                    m -> books.received(Long.parseLong(m.value().split(":")[0])));
            sim.runUntil(() -> books.received + books.missed == 2_000, LIMIT);
            assertEquals(2_000, books.received + books.missed, () -> books.received + " + " + books.missed);
            assertTrue(books.missed > 500, "nothing was dropped");
            assertEquals("", books.wrong);
        }
    }
}
