package io.parley.samples;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Service;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.transport.plain.PlainSocket;
import io.parley.transport.plain.PlainZmq;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What a node shares with programs that have ZeroMQ and no Parley, in any language: {@code samples/python} has the other side.
 * It serves until it is told to end.
 */
public final class PlainPeers implements AutoCloseable {
    static final Topic<String> TICKS = Topic.of("ticks", Codec.utf8());
    static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8());
    static final Service<String, Integer> LENGTH = Service.of("length", Codec.utf8(), Codec.int32());

    private final Node node;

    private PlainPeers(Node node) {
        this.node = node;
    }

    /** Runs the sample until Enter is pressed. */
    public static void main(String[] arguments) throws IOException {
        Consumer<String> out = System.out::println;
        try (PlainPeers peers = open(5556, out)) {
            out.accept("python3 samples/python/subscriber.py tcp://127.0.0.1:5556 ticks.eur.");
            out.accept("python3 samples/python/worker.py     tcp://127.0.0.1:5557");
            out.accept("python3 samples/python/requester.py  tcp://127.0.0.1:5558 hello");
            Publisher<String> ticks = peers.node.publisher(TICKS);
            for (int i = 1; System.in.available() == 0; i++) {
                ticks.send("eur.usd", "1.08" + i % 100);
                peers.node.pusher(JOBS).offer("job " + i);
                LockSupport.parkNanos(500_000_000);
            }
        }
    }

    /** Opens a node that talks to plain peers at three ports, one after the other; or, for 0, at any that are free. */
    static PlainPeers open(int port, Consumer<String> out) {
        Node node = Node.open("gateway");
        node.reply(LENGTH, String::length);
        String forTicks = "tcp://127.0.0.1:" + port;
        String forJobs = "tcp://127.0.0.1:" + (port == 0 ? 0 : port + 1);
        String forQuestions = "tcp://127.0.0.1:" + (port == 0 ? 0 : port + 2);
        // tag::plain
        PlainSocket pub = PlainZmq.publisher(node, TICKS).bind(forTicks); // what is published on the topic
        PlainSocket push = PlainZmq.pusher(node, JOBS).bind(forJobs); // a job is done when a PULL was sent it
        PlainSocket rep = PlainZmq.replier(node, LENGTH).bind(forQuestions); // REQs are answered by the service
        // end::plain
        for (PlainSocket socket : List.of(pub, push, rep)) {
            out.accept(socket.endpoints().get(0).toString());
        }
        return new PlainPeers(node);
    }

    /** The node, to publish and push with. */
    Node node() {
        return node;
    }

    @Override
    public void close() {
        node.close();
    }
}
