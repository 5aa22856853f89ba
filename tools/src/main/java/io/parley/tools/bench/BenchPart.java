package io.parley.tools.bench;

import io.parley.core.Message;
import io.parley.core.MissedMessages;
import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Sender;
import io.parley.core.spi.DeliveryProvider;
import io.parley.tools.node.Transports;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import java.time.Duration;
import java.util.List;

/** One side of a measurement. Arguments: {@code send} or {@code receive}, the work, and for a receiver the address. */
public final class BenchPart {
    /** The side that sends. */
    public static final String SEND = "send";
    /** The side that receives. */
    public static final String RECEIVE = "receive";

    private static final Duration MEETING = Duration.ofSeconds(30);
    private static final Duration FLUSH = Duration.ofMinutes(10);
    private static final int WORK_ARGUMENTS = 6;

    private BenchPart() {}

    /** Runs the side until the parent wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 1 + WORK_ARGUMENTS));
        List<String> peers = given.subList(1 + WORK_ARGUMENTS, given.size());
        try (Node node = open(given.get(0), work, peers)) {
            if (given.get(0).equals(SEND)) {
                send(node, work);
            } else {
                new Receiving(work).start(node);
            }
            parent.awaitEnd();
        }
        System.exit(0);
    }

    private static Node open(String name, Work work, List<String> peers) {
        NodeBuilder builder = Node.builder(name)
                .group("bench")
                .peers(peers.toArray(String[]::new))
                .transport(Transports.named(work.transport()))
                .onEvent(event -> {});
        for (DeliveryProvider delivery : Transports.deliveries()) {
            builder.delivery(delivery);
        }
        return builder.open();
    }

    private static void send(Node node, Work work) {
        Sender<byte[]> sender;
        if (work.pattern() == Work.Pattern.pushpull) {
            Pusher<byte[]> pusher = node.pusher(work.queue());
            listening(node);
            pusher.awaitWorkers(work.peers(), MEETING);
            sender = pusher;
        } else {
            Publisher<byte[]> publisher = node.publisher(work.topic());
            listening(node);
            publisher.awaitSubscribers(work.peers(), MEETING);
            sender = publisher;
        }
        byte[] payload = new byte[work.size()];
        Usage before = Usage.now();
        for (long number = 0; number < work.messages(); number++) {
            if (number == work.first()) {
                before = Usage.now();
            }
            Payload.write(payload, number);
            sender.send(payload);
        }
        sender.flush(FLUSH);
        Report.send(Usage.now().minus(before).report("sent"));
    }

    private static void listening(Node node) {
        Report.send(
                Report.event("listening").put("address", node.endpoints().get(0).toString()));
    }

    /** Checks every message; tells the parent when all are there, or what is wrong. Its fields belong to the handler. */
    private static final class Receiving {
        private final Work work;
        private Usage before = Usage.now();
        private long expected;
        private boolean wrong;

        Receiving(Work work) {
            this.work = work;
        }

        void start(Node node) {
            if (work.pattern() == Work.Pattern.pushpull) {
                node.pull(work.queue(), this::take);
            } else {
                node.subscribe(work.topic().reader().onMissed(this::missed), this::take);
            }
        }

        private void take(Message<byte[]> message) {
            byte[] payload = message.value();
            if (payload.length != work.size() || !Payload.is(payload, expected)) {
                fail("message " + expected + " of " + work.size() + " bytes was expected, but came "
                        + (payload.length < Payload.LEAST ? "none" : Payload.number(payload)) + " of " + payload.length
                        + " bytes");
            }
            if (expected == work.first()) {
                before = Usage.now();
            }
            expected++;
            if (expected == work.messages() && !wrong) {
                Report.send(Usage.now().minus(before).report("received"));
            }
        }

        private void missed(MissedMessages missed) {
            fail("a gap of " + missed.count() + " messages: " + missed.reason());
        }

        private void fail(String text) {
            if (!wrong) {
                wrong = true;
                Report.send(Report.event("wrong").put("detail", text));
            }
        }
    }
}
