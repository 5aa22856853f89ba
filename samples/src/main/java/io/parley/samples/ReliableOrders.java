package io.parley.samples;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Outgoing;
import io.parley.core.Pusher;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.MessageId;
import io.parley.core.codec.Codec;
import io.parley.reliability.Reliability;
import io.parley.transport.Zmtp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Orders that must not get lost: each stays with its sender until a worker has done it, the sender learns who did, the orders
 * of one customer run in order, and the one effect that must not happen twice is made idempotent by the message's id.
 */
public final class ReliableOrders {
    // tag::queue
    static final WorkQueue<String> ORDERS = WorkQueue.of("orders", Codec.utf8());
    // end::queue

    /** Stands for a table with the id as its primary key: workers in other processes would share it. */
    private final Map<MessageId, String> booked = new ConcurrentHashMap<>();

    /** Runs the sample. */
    public static void main(String[] arguments) {
        new ReliableOrders().run(System.out::println);
    }

    void run(Consumer<String> out) {
        try (Node shop = Node.open("shop");
                Node billing = open(shop.endpoints().get(0).toString(), event -> {})) {
            billing.pull(ORDERS, this::book);
            for (Receipt receipt : sell(shop)) {
                out.accept(booked.get(receipt.id()) + " was booked by " + receipt.by());
            }
        }
    }

    private static Node open(String shop, Consumer<NodeEvent> log) {
        // tag::node
        Node node = Node.builder("billing")
                .listen("tcp://127.0.0.1:0")
                .peers(shop) // for example tcp://10.0.0.5:7700
                .transport(Zmtp.transport())
                .delivery(Reliability.inMemory())
                .onEvent(log)
                .open();
        // end::node
        return node;
    }

    // tag::book
    private void book(Message<String> order) {
        // A crash cannot be told from a broken link, so an order may run twice; its id is the same both times.
        booked.putIfAbsent(order.id(), order.value());
    }
    // end::book

    private static List<Receipt> sell(Node node) {
        // tag::sell
        Pusher<String> orders = node.pusher(ORDERS);
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (String order : List.of("ada: 3 apples", "ben: 1 pear", "ada: 2 plums")) {
            Outgoing<String> message = Outgoing.of(order)
                    .key(order.substring(0, order.indexOf(':'))) // one after another for each customer
                    .ttl(Duration.ofHours(1));
            receipts.add(orders.sendAsync(message, Stage.PROCESSED));
        }
        // end::sell
        return receipts.stream()
                .map(receipt -> receipt.orTimeout(30, TimeUnit.SECONDS).join())
                .toList();
    }
}
