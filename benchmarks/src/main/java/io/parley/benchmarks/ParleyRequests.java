package io.parley.benchmarks;

import io.parley.core.Node;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import io.parley.tools.bench.Arrivals;
import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.HandlerThread;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import java.time.Duration;
import java.util.List;

/** A thread that asks with Parley and waits for the answer, which a handler of the other side gives. */
public final class ParleyRequests {
    private static final Duration MEETING = Duration.ofSeconds(30);
    private static final Service<byte[], byte[]> ECHO = Service.of("echo", Codec.bytes(), Codec.bytes());

    private ParleyRequests() {}

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 1 + Work.ARGUMENTS));
        boolean first = given.get(0).equals(BenchPart.SEND);
        List<String> peers = first ? List.of() : List.of(given.get(1 + Work.ARGUMENTS));
        try (Node node = BenchPart.open(given.get(0), work, peers)) {
            if (first) {
                ask(node, work, parent);
            } else {
                Arrivals.Reader reader = new Arrivals(work, 1).reader();
                HandlerThread.chosen().reply(node, ECHO, message -> {
                    reader.take(message);
                    return message;
                });
                parent.awaitEnd();
            }
        }
        System.exit(0);
    }

    private static void ask(Node node, Work work, ParentLink parent) throws InterruptedException {
        Requester<byte[], byte[]> requester = node.requester(ECHO);
        BenchPart.listening(node);
        requester.awaitRepliers(1, MEETING);
        RoundTrips trips = new RoundTrips(work);
        do {
            while (trips.more()) {
                trips.back(requester.call(trips.begin()));
            }
            trips.again();
        } while (parent.awaitAgain());
    }
}
