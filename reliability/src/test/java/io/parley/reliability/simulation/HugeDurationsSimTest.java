package io.parley.reliability.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Outgoing;
import io.parley.core.Service;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.reliability.Reliability;
import io.parley.testkit.Sim;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For ever is a duration that programs give: nothing overflows, and nothing is over at once. */
@Timeout(600)
class HugeDurationsSimTest {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);
    private static final RetryPolicy PATIENT = new RetryPolicy(5, 5, FOR_EVER, FOR_EVER);
    private static final Topic<String> TOPIC = Topic.of("orders", Codec.utf8())
            .reliable()
            .whenFull(Overflow.block(FOR_EVER))
            .laggards(Laggards.evictAfter(FOR_EVER));
    private static final WorkQueue<String> QUEUE = WorkQueue.of("jobs", Codec.utf8())
            .whenFull(Overflow.block(FOR_EVER))
            .retry(PATIENT);

    @Test
    void shouldTakeAnyDurationForALongTime() {
        Seeds.forEach(3, seed -> {
            try (Sim sim = Sim.seeded(seed).delivery(Reliability.inMemory())) {
                Node a = sim.node("a", builder -> builder.linger(FOR_EVER));
                Node b = sim.node("b", builder -> builder.linger(FOR_EVER));
                List<String> got = new ArrayList<>();
                TopicReader<String> reader =
                        TOPIC.reader().from(Start.since(Instant.MIN)).retry(PATIENT);
                b.subscribe(reader, m -> {
                    got.add(m.value());
                    throw new IllegalStateException("never again");
                });
                b.pull(QUEUE.reader().maxHandlerTime(FOR_EVER), m -> got.add(m.value()));
                var received = b.receiver(TOPIC);
                a.publisher(TOPIC).awaitSubscribers(2, FOR_EVER);
                a.pusher(QUEUE).awaitWorkers(1, FOR_EVER);
                a.publisher(TOPIC).send(Outgoing.of("order").ttl(FOR_EVER));
                a.pusher(QUEUE).send(Outgoing.of("job").ttl(FOR_EVER));
                a.pusher(QUEUE).flush(FOR_EVER);
                assertTrue(received.receive(FOR_EVER).isPresent());
                assertTrue(sim.runUntil(() -> got.size() == 2, Duration.ofSeconds(10)), got::toString);
                sim.run(Duration.ofMinutes(1));
                assertEquals(2, got.size(), "tried again at once");
                assertFalse(a.explain("orders").isEmpty());
                for (Node node : List.of(a, b)) {
                    List<NodeEvent> failed = sim.events(node).stream()
                            .filter(e -> e.what() == Happening.LOOP_FAILED)
                            .toList();
                    assertEquals(List.of(), failed);
                }
                assertTrue(b.drain(FOR_EVER));
            }
        });
    }

    @Test
    void shouldWaitForPeersAndRepliersAnyLength() {
        Service<String, String> echo = Service.of("echo", Codec.utf8(), Codec.utf8());
        Seeds.forEach(3, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                a.awaitPeers(1, FOR_EVER);
                b.reply(echo, text -> text);
                a.requester(echo).awaitRepliers(1, FOR_EVER);
                assertEquals(1, a.requester(echo).repliers());
            }
        });
    }
}
