package io.parley.benchmarks;

import io.parley.core.Node;
import io.parley.core.Pusher;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.spi.TransportProvider;
import io.parley.testkit.hostile.Stranger;
import io.parley.testkit.hostile.Strangers;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import io.parley.tools.text.Json;
import io.parley.transport.Zmq;
import io.parley.transport.Zmtp;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** One process of {@link Hostile}: the node, its honest peer, or the strangers. */
final class HostileSide {
    private static final WorkQueue<byte[]> WORK =
            WorkQueue.of("work", Codec.bytes()).bestEffort();

    private HostileSide() {}

    public static void main(String[] arguments) throws InterruptedException {
        ParentLink parent = ParentLink.listen();
        TransportProvider transport = arguments[1].equals("zmq") ? Zmq.transport() : Zmtp.transport();
        switch (arguments[0]) {
            case "node" -> serve(transport, parent);
            case "honest" -> push(transport, arguments[2]);
            default -> attack(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), parent);
        }
    }

    private static void serve(TransportProvider transport, ParentLink parent) throws InterruptedException {
        LongAdder messages = new LongAdder();
        try (Node node = Node.builder("node")
                .listen("tcp://127.0.0.1:0")
                .transport(transport)
                .open()) {
            node.pull(WORK, message -> messages.increment());
            Report.send(Report.event("listening")
                    .put("port", node.endpoints().get(0).port()));
            ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
            ScheduledFuture<?> telling =
                    clock.scheduleAtFixedRate(() -> tell(node, messages.sum()), 200, 200, TimeUnit.MILLISECONDS);
            parent.awaitEnd();
            telling.cancel(false);
            clock.shutdownNow();
        }
    }

    private static void tell(Node node, long messages) {
        long now = System.nanoTime(); // the same clock in all processes of a host
        Json counters = Json.object();
        for (Map.Entry<Happening, Long> entry : node.counters().entrySet()) {
            counters.put(entry.getKey().name(), entry.getValue());
        }
        String[] descriptors = new File("/proc/self/fd").list();
        Report.send(Report.event("state")
                .put("nanos", now)
                .put("messages", messages)
                .put("descriptors", descriptors == null ? 0 : descriptors.length)
                .put("counters", List.of(counters)));
    }

    private static void push(TransportProvider transport, String port) {
        try (Node node = Node.builder("honest")
                .listen("tcp://127.0.0.1:0")
                .peers("tcp://127.0.0.1:" + port)
                .transport(transport)
                .open()) {
            Pusher<byte[]> pusher = node.pusher(WORK);
            byte[] payload = new byte[64];
            while (true) {
                pusher.send(payload);
            }
        }
    }

    /** A round for each line that the parent sends. */
    private static void attack(int port, int each, ParentLink parent) throws InterruptedException {
        Report.send(Report.event("ready"));
        while (parent.awaitAgain()) {
            try (Strangers strangers = Strangers.at(port)) {
                for (int i = 0; i < each; i++) {
                    for (Stranger kind : Stranger.values()) {
                        strangers.knock(kind);
                    }
                    strangers.turn();
                }
                while (strangers.connected() > 0) {
                    strangers.turn();
                    LockSupport.parkNanos(1_000_000);
                }
                Report.send(
                        Report.event("over").put("longest", strangers.longest().toString()));
            }
        }
    }
}
