package io.parley.samples;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * For each order an invoice, and one only, though this process may be killed at any moment and started again: that an order is
 * processed and what was sent for it are one fact on disk. Arguments: a data directory, and where the shop listens, for
 * example of {@code ./parley pub orders --durable --data shop}. It runs until its input ends.
 */
public final class Invoices {
    // tag::topics
    static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8()).durable();
    static final Topic<String> INVOICES = Topic.of("invoices", Codec.utf8()).durable();
    // end::topics

    private Invoices() {}

    /** Runs the sample. */
    public static void main(String[] arguments) throws IOException {
        NodeBuilder desk = Node.builder("desk")
                .listen("tcp://127.0.0.1:0")
                .peers(List.of(arguments).subList(1, arguments.length).toArray(String[]::new))
                .transport(Zmtp.transport())
                .delivery(Journal.in(Path.of(arguments[0])));
        try (Node node = desk.open()) {
            write(node);
            System.out.println("writes invoices at " + node.endpoints().get(0));
            System.in.transferTo(System.out);
        }
    }

    private static void write(Node node) {
        // tag::transact
        Publisher<String> invoices = node.publisher(INVOICES);
        node.transact(ORDERS.reader("billing").from(Start.EARLIEST), (order, tx) -> {
            tx.send(invoices, "invoice for " + order.value()); // with that the order is done, or neither is
        });
        // end::transact
    }
}
