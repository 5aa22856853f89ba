package io.parley.samples;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.codec.Codec;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Prices for whoever wants them. Each subscriber says which subjects it wants, a slow one slows nobody, and what it missed it
 * is told. Here both sides live in one process; in yours they will not, and nothing changes.
 */
public final class Ticker {
    // tag::topic
    /** What both sides share: the name, and how a value becomes bytes. */
    static final Topic<Tick> TICKS = Topic.of("ticks", Codec.kryo(Tick.class));

    record Tick(double bid, double ask) {}

    // end::topic

    private Ticker() {}

    /** Runs the sample. */
    public static void main(String[] arguments) throws InterruptedException {
        run(System.out::println);
    }

    static void run(Consumer<String> out) throws InterruptedException {
        CountDownLatch shown = new CountDownLatch(2);
        // tag::nodes
        try (Node exchange = Node.open("exchange");
                Node desk = Node.open("desk-7")) {
            desk.addPeer(exchange.endpoints().get(0));
            // end::nodes
            show(desk, line -> {
                out.accept(line);
                shown.countDown();
            });
            publish(exchange);
            if (!shown.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the prices did not arrive");
            }
        }
    }

    private static void show(Node node, Consumer<String> out) {
        // tag::subscribe
        node.subscribe(
                TICKS.matching("eur.*").onMissed(gap -> out.accept("missed " + gap.count())),
                m -> out.accept(
                        m.subject() + " " + m.value().bid() + "/" + m.value().ask()));
        // end::subscribe
    }

    private static void publish(Node node) {
        // tag::publish
        Publisher<Tick> ticks = node.publisher(TICKS);
        ticks.awaitSubscribers(1, Duration.ofSeconds(10)); // only for those that this node has not met yet
        ticks.send("eur.usd", new Tick(1.0831, 1.0833));
        ticks.send("usd.jpy", new Tick(149.92, 149.95)); // nobody wants it: it does not travel
        ticks.send("eur.chf", new Tick(0.9411, 0.9414));
        // end::publish
    }
}
