package io.parley.benchmarks.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many nodes, many channels, many subscriptions: whether everything comes, once. How fast, benchmarks/scale tells. */
@Timeout(180)
class ScaleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"zmtp", "zmq"})
    void shouldLinkFiftyNodesInFiveProcessesEachWithAllOthers(String transport) throws Exception {
        try (Mesh mesh = new Mesh(new Mesh.Plan(transport, 5, 10, ""), PATIENCE)) {
            assertEquals(49, mesh.link(PATIENCE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zmtp", "zmq"})
    void shouldCarryAThousandChannelsToAPeer(String transport) throws Exception {
        int channels = 1_000;
        AtomicIntegerArray got = new AtomicIntegerArray(channels);
        CountDownLatch all = new CountDownLatch(channels);
        try (Node sender = Hub.open("sender", transport);
                Node reader = Hub.open("reader", transport)) {
            List<Publisher<byte[]>> publishers = new ArrayList<>();
            for (int i = 0; i < channels; i++) {
                int channel = i;
                Topic<byte[]> topic = Topic.of("c" + i, Codec.bytes());
                publishers.add(sender.publisher(topic));
                reader.subscribe(topic, message -> {
                    got.incrementAndGet(channel);
                    all.countDown();
                });
            }
            reader.addPeer(sender.endpoints().get(0));
            for (Publisher<byte[]> publisher : publishers) {
                publisher.awaitSubscribers(1, PATIENCE);
                publisher.send(new byte[1]);
            }
            assertEquals(true, all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            for (int i = 0; i < channels; i++) {
                assertEquals(1, got.get(i), "channel " + i);
            }
        }
    }

    @Test
    void shouldDealMessagesToAHundredThousandSubscriptionsOfOneNode() throws Exception {
        int count = 100_000;
        int step = 97;
        AtomicIntegerArray got = new AtomicIntegerArray(count);
        CountDownLatch all = new CountDownLatch((count + step - 1) / step);
        Topic<byte[]> topic = Topic.of("wide", Codec.bytes()).whenFull(Overflow.block(PATIENCE));
        try (Node sender = Hub.open("sender", "zmtp");
                Node reader = Hub.open("reader", "zmtp")) {
            Publisher<byte[]> publisher = sender.publisher(topic);
            reader.addPeer(sender.endpoints().get(0));
            publisher.awaitSubscribers(0, PATIENCE);
            List<Subscription> subscriptions = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                subscriptions.add(reader.subscribe(topic.matching("s." + i), message -> {
                    got.incrementAndGet(number);
                    all.countDown();
                }));
            }
            publisher.awaitSubscribers(1, PATIENCE);
            for (int i = 0; i < count; i += step) {
                publisher.send(Outgoing.of(new byte[1]).subject("s." + i));
                publisher.send(Outgoing.of(new byte[1]).subject("s." + i + ".more"));
            }
            assertEquals(true, all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            for (int i = 0; i < count; i++) {
                assertEquals(i % step == 0 ? 1 : 0, got.get(i), "subscription " + i);
            }
            assertEquals(count, subscriptions.size());
        }
    }
}
