package io.parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was dropped last is told and flushed like everything else: nobody waits for what will not come. */
@Timeout(60)
class DroppedTailTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MANY = 2_000;

    @Test
    void shouldFlushATopicWhoseLastMessagesWereDropped() {
        Topic<byte[]> topic =
                Topic.of("news", Codec.bytes()).capacity(256 * 1024).whenFull(Overflow.dropNewest());
        try (Sim sim = Sim.seeded(1)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            AtomicLong seen = new AtomicLong();
            b.subscribe(topic.reader().onMissed(m -> seen.addAndGet(m.count())), m -> seen.incrementAndGet());
            Publisher<byte[]> publisher = a.publisher(topic);
            publisher.awaitSubscribers(1, LIMIT);
            for (int i = 0; i < MANY; i++) {
                publisher.send(new byte[1024]);
            }
            assertTrue(publisher.stats().dropped() > 0);
            publisher.flush(LIMIT);
            assertTrue(sim.runUntil(() -> seen.get() >= MANY, LIMIT), () -> seen + " of " + MANY);
            assertEquals(MANY, seen.get());
        }
    }

    @Test
    void shouldFlushAQueueWhoseLastMessagesWereDropped() {
        WorkQueue<byte[]> queue = WorkQueue.of("jobs", Codec.bytes())
                .bestEffort()
                .capacity(256 * 1024)
                .whenFull(Overflow.dropNewest());
        try (Sim sim = Sim.seeded(2)) {
            Node a = sim.node("a");
            Node b = sim.node("b");
            AtomicLong seen = new AtomicLong();
            b.pull(queue.reader().onMissed(m -> seen.addAndGet(m.count())), m -> seen.incrementAndGet());
            Pusher<byte[]> pusher = a.pusher(queue);
            pusher.awaitWorkers(1, LIMIT);
            for (int i = 0; i < MANY; i++) {
                pusher.send(new byte[1024]);
            }
            assertTrue(pusher.stats().dropped() > 0);
            pusher.flush(LIMIT);
            assertTrue(sim.runUntil(() -> seen.get() >= MANY, LIMIT), () -> seen + " of " + MANY);
            assertEquals(MANY, seen.get());
        }
    }

    @Test
    void shouldFlushWithoutAnyReader() {
        Topic<byte[]> topic =
                Topic.of("news", Codec.bytes()).capacity(256 * 1024).whenFull(Overflow.dropNewest());
        try (Sim sim = Sim.seeded(3)) {
            Publisher<byte[]> publisher = sim.node("a").publisher(topic);
            for (int i = 0; i < MANY; i++) {
                publisher.send(new byte[1024]);
            }
            publisher.flush(LIMIT);
        }
    }
}
