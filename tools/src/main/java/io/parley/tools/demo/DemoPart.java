package io.parley.tools.demo;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.spi.DeliveryProvider;
import io.parley.discovery.Mdns;
import io.parley.reliability.Journal;
import io.parley.tools.node.Transports;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the demo's processes. Arguments: what it is, its name, the transport, and the group; for who pushes orders also the
 * directory of its journal, and the first order that is not confirmed.
 */
public final class DemoPart {
    static final String PUSHER = "pusher";
    static final String WORKER = "worker";
    static final String WATCHER = "watcher";

    private static final WorkQueue<String> ORDERS =
            WorkQueue.of("orders", Codec.utf8()).durable();
    private static final Topic<String> RESULTS =
            Topic.of("results", Codec.utf8()).reliable();
    private static final Duration MEETING = Duration.ofSeconds(30);
    private static final Duration WORKING = Duration.ofSeconds(50);

    /** So long each order takes, so that a kill hits workers in the middle of something. */
    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(6);

    private static final int CONCURRENCY = 2;

    private DemoPart() {}

    /** Runs the part until the parent wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        String name = given.get(1);
        NodeBuilder builder = builder(name, given.get(2), given.get(3));
        if (given.get(0).equals(PUSHER)) {
            builder.delivery(Journal.in(Path.of(given.get(4))));
        }
        try (Node node = builder.open()) {
            switch (given.get(0)) {
                case PUSHER -> push(node, Integer.parseInt(given.get(5)));
                case WORKER -> work(node);
                case WATCHER -> watch(node);
                default -> throw new IllegalArgumentException(given.get(0));
            }
            parent.awaitEnd();
        }
        System.exit(0);
    }

    private static NodeBuilder builder(String name, String transport, String group) {
        NodeBuilder builder =
                Node.builder(name).group(group).discovery(Mdns.loopback()).transport(Transports.named(transport));
        for (DeliveryProvider delivery : Transports.deliveries()) {
            builder.delivery(delivery);
        }
        return builder;
    }

    /** What a process of the same name had pushed before is in the journal, and is given out beside this. */
    private static void push(Node node, int from) throws IOException {
        Pusher<String> orders = node.pusher(ORDERS);
        List<String> words = Orders.words();
        if (from == 0) {
            orders.awaitWorkers(Demo.WORKERS, MEETING);
        }
        Report.send(Report.event("pushing").put("orders", words.size()));
        for (int i = from; i < words.size(); i++) {
            int order = i;
            String text =
                    Json.object().put("order", i).put("word", words.get(i)).toString();
            CompletableFuture<Receipt> unused = orders.sendAsync(Outgoing.of(text), Stage.JOURNALED)
                    .whenComplete((receipt, error) -> confirmed(order, receipt, error));
        }
        orders.flush(Stage.PROCESSED, WORKING);
        Report.send(Report.event("processed"));
    }

    private static void confirmed(int order, Receipt receipt, Throwable error) {
        Report.send(
                error == null
                        ? Report.event("journaled")
                                .put("order", order)
                                .put("id", receipt.id().toString())
                        : Report.event("failed").put("error", error.toString()));
    }

    private static void work(Node node) {
        Publisher<String> results = node.publisher(RESULTS);
        results.awaitSubscribers(1, MEETING);
        node.pullAsync(ORDERS.concurrency(CONCURRENCY), order -> handle(order, node.name(), results));
    }

    /** An order is done when its result has been handled by whoever watches the results. */
    private static CompletableFuture<Receipt> handle(Message<String> order, String worker, Publisher<String> results) {
        long end = System.nanoTime() + WORK_NANOS;
        for (long left = WORK_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        Map<String, Object> content = JsonReader.object(order.value());
        String result = Json.object()
                .put("order", JsonReader.whole(content, "order"))
                .put("letters", Orders.letters(JsonReader.text(content, "word")))
                .put("id", order.id().toString())
                .put("worker", worker)
                .put("attempt", order.attempt())
                .put("redelivered", order.redelivered())
                .toString();
        return results.sendAsync(Outgoing.of(result), Stage.PROCESSED);
    }

    private static void watch(Node node) {
        node.subscribe(RESULTS, message -> Report.send(Report.event("result").put("result", message.value())));
    }
}
