package io.parley.transport.internal.plain;

import io.parley.core.Node;
import java.util.Arrays;
import java.util.List;
import zmq.ZMQ;

/** What only JeroMQ does or shows, for tests. */
public final class Faults {
    private Faults() {}

    /** As when an Error reached one of JeroMQ's threads. */
    public static void breakContext(Node node) {
        PlainLoop.of(node).context().fail("for a test");
    }

    /** As when JeroMQ let somebody in unasked: who is refused by the rules is told that he is welcome. */
    public static void admitEverybody(Node node, NativeSocket socket) {
        PlainLoop loop = PlainLoop.of(node);
        loop.ask(() -> {
            loop.zap().admit(socket.port().domain(), (mechanism, key) -> true);
            return socket;
        });
    }

    /** Whether a socket of JeroMQ has something that was not read. */
    public static int pending(Node node, NativeSocket socket) {
        return option(node, socket, ZMQ.ZMQ_EVENTS) & ZMQ.ZMQ_POLLIN;
    }

    /** What an option of a socket of JeroMQ is set to. */
    public static int option(Node node, NativeSocket socket, int option) {
        return PlainLoop.of(node).ask(() -> socket.port().socket().option(option));
    }

    /** The threads of this process that belong to plain sockets; no node of a test is called so that its own are among them. */
    public static List<String> threads() {
        Thread[] all = new Thread[Thread.activeCount() + 50];
        int count = Thread.enumerate(all);
        return Arrays.stream(all, 0, count)
                .map(Thread::getName)
                .filter(name -> name.contains("-plain"))
                .toList();
    }
}
