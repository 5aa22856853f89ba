package io.parley.tools.bench;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.Offer;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Sender;
import io.parley.core.spi.DeliveryProvider;
import io.parley.reliability.Journal;
import io.parley.tools.node.Transports;
import io.parley.tools.process.ParentLink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** One side of a measurement. Arguments: {@code send} or {@code receive}, the work, and for a receiver the address. */
public final class BenchPart {
    /** The side that sends. */
    public static final String SEND = "send";
    /** The side that receives. */
    public static final String RECEIVE = "receive";

    private static final Duration MEETING = Duration.ofSeconds(30);
    private static final Duration FLUSH = Duration.ofMinutes(10);

    /** What the nodes of this process told: the evidence when a message is missing. */
    private static final Evidence EVENTS = new Evidence();

    private BenchPart() {}

    /** Runs the side until the parent wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 1 + Work.ARGUMENTS));
        if (given.get(0).equals(SEND)) {
            try (DataDirectories data = new DataDirectories();
                    Node node = open(SEND, work, data, List.of())) {
                send(node, work, parent);
            }
        } else {
            try (DataDirectories data = new DataDirectories()) {
                receive(
                        work,
                        data,
                        List.of(given.get(1 + Work.ARGUMENTS)),
                        Integer.parseInt(given.get(2 + Work.ARGUMENTS)));
                parent.awaitEnd();
            }
        }
        System.exit(0);
    }

    /** A node as both sides use it. */
    public static Node open(String name, Work work, List<String> peers) {
        return builder(name, work, peers).open();
    }

    private static Node open(String name, Work work, DataDirectories data, List<String> peers) throws IOException {
        NodeBuilder builder = builder(name, work, peers);
        return work.mode() == Work.Mode.durable
                ? builder.delivery(Journal.in(data.next())).open()
                : builder.open();
    }

    private static NodeBuilder builder(String name, Work work, List<String> peers) {
        NodeBuilder builder = Node.builder(name)
                .group("bench")
                .peers(peers.toArray(String[]::new))
                .transport(Transports.named(work.transport()))
                .onEvent(EVENTS::add);
        for (DeliveryProvider delivery : Transports.deliveries()) {
            builder.delivery(delivery);
        }
        return builder;
    }

    private static void send(Node node, Work work, ParentLink parent) throws Exception {
        Sender<byte[]> sender;
        if (work.pattern() != Work.Pattern.pubsub) {
            Pusher<byte[]> pusher = node.pusher(work.queue());
            listening(node);
            pusher.awaitWorkers(work.receivers(), MEETING);
            sender = pusher;
        } else {
            Publisher<byte[]> publisher = node.publisher(work.topic());
            listening(node);
            publisher.awaitSubscribers(work.receivers(), MEETING);
            sender = publisher;
        }
        Crew crew = new Crew(work);
        do {
            crew.send(
                    Departures.Bytes.REUSED,
                    work.mode() == Work.Mode.durable ? message -> stream(sender, message) : sender::send);
            sender.flush(FLUSH);
            crew.report();
            crew.again();
        } while (parent.awaitAgain());
    }

    /** Many messages share a force of the disk: nobody waits for each, and all of them are awaited in the end. */
    private static void stream(Sender<byte[]> sender, byte[] message) {
        if (sender.offer(message) != Offer.ACCEPTED) {
            sender.send(message);
        }
    }

    /** Tells the driver where the node is. */
    public static void listening(Node node) {
        Departures.listening(node.endpoints().get(0).toString());
    }

    /** The nodes end with the process: to close fifty in turn would take longer than to measure them. */
    private static void receive(Work work, DataDirectories data, List<String> peers, int readers) throws IOException {
        Arrivals arrivals = new Arrivals(work, Math.max(readers, work.senders()));
        arrivals.onWrong(EVENTS::print);
        HandlerThread handlers = HandlerThread.chosen();
        for (int i = 0; i < readers; i++) {
            Node node = open(RECEIVE + "-" + i, work, data, peers);
            Consumer<byte[]> reader = arrivals.all();
            if (work.pattern() != Work.Pattern.pubsub) {
                handlers.pull(node, work.queue(), message -> reader.accept(message.value()));
            } else {
                handlers.subscribe(
                        node,
                        work.reader(RECEIVE + "-" + i)
                                .onMissed(missed ->
                                        arrivals.fail("a gap of " + missed.count() + " messages: " + missed.reason())),
                        message -> reader.accept(message.value()));
            }
        }
    }
}
