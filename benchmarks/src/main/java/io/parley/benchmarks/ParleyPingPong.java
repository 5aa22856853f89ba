package io.parley.benchmarks;

import io.parley.core.Node;
import io.parley.core.Pusher;
import io.parley.tools.bench.Arrivals;
import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.HandlerThread;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import java.time.Duration;
import java.util.List;

/** There and back with Parley: two queues, best effort, both ends in handlers. */
public final class ParleyPingPong {
    private static final Duration MEETING = Duration.ofSeconds(30);
    private static final String PING = "ping";
    private static final String PONG = "pong";

    private ParleyPingPong() {}

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 1 + Work.ARGUMENTS));
        boolean first = given.get(0).equals(BenchPart.SEND);
        List<String> peers = first ? List.of() : List.of(given.get(1 + Work.ARGUMENTS));
        try (Node node = BenchPart.open(given.get(0), work, peers)) {
            if (first) {
                begin(node, work, parent);
            } else {
                answer(node, work);
                parent.awaitEnd();
            }
        }
        System.exit(0);
    }

    private static void begin(Node node, Work work, ParentLink parent) throws InterruptedException {
        Pusher<byte[]> pusher = node.pusher(work.queue(PING));
        BenchPart.listening(node);
        pusher.awaitWorkers(1, MEETING);
        RoundTrips trips = new RoundTrips(work);
        HandlerThread.chosen().pull(node, work.queue(PONG), message -> {
            trips.back(message.value());
            while (trips.mayBegin()) {
                pusher.send(trips.begin());
            }
        });
        pusher.send(trips.begin());
        while (parent.awaitAgain()) {
            trips.again(); // all are back: no handler runs
            pusher.send(trips.begin());
        }
    }

    private static void answer(Node node, Work work) {
        Pusher<byte[]> pusher = node.pusher(work.queue(PONG));
        Arrivals.Reader reader = new Arrivals(work, 1).reader();
        HandlerThread.chosen().pull(node, work.queue(PING), message -> {
            reader.take(message.value());
            pusher.send(message.value());
        });
    }
}
