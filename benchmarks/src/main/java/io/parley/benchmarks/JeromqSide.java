package io.parley.benchmarks;

import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A side with bare JeroMQ sockets: PUSH and PULL, or XPUB that waits instead of dropping, and SUB. */
public final class JeromqSide {
    /** So much may wait on each side, but no fewer and no more messages than this. */
    private static final int WAITING_BYTES = 16 * 1024 * 1024;

    private static final int FEWEST_WAITING = 1_000;
    private static final int MOST_WAITING = 100_000;

    private JeromqSide() {}

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 7));
        try (ZContext context = new ZContext()) {
            if (given.get(0).equals(BenchPart.SEND)) {
                send(context, work);
            } else {
                receive(context, work, given.get(7));
            }
            parent.awaitEnd();
        }
        System.exit(0);
    }

    private static void send(ZContext context, Work work) throws Exception {
        boolean fanOut = work.pattern() == Work.Pattern.pubsub;
        ZMQ.Socket socket = context.createSocket(fanOut ? SocketType.XPUB : SocketType.PUSH);
        socket.setSndHWM(waiting(work));
        socket.setLinger(-1);
        if (fanOut) {
            socket.setXpubNoDrop(true);
            socket.setXpubVerbose(true);
        }
        Departures departures = new Departures(work);
        departures.listening("tcp://127.0.0.1:" + socket.bindToRandomPort("tcp://127.0.0.1"));
        for (int i = 0; fanOut && i < work.peers(); i++) {
            socket.recv();
        }
        departures.sent(departures.send(Departures.Bytes.FRESH, socket::send));
    }

    private static void receive(ZContext context, Work work, String address) {
        boolean fanOut = work.pattern() == Work.Pattern.pubsub;
        ZMQ.Socket socket = context.createSocket(fanOut ? SocketType.SUB : SocketType.PULL);
        socket.setRcvHWM(waiting(work));
        if (fanOut) {
            socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        }
        socket.connect(address);
        Arrivals arrivals = new Arrivals(work);
        while (arrivals.more()) {
            arrivals.take(socket.recv());
        }
    }

    private static int waiting(Work work) {
        return Math.max(FEWEST_WAITING, Math.min(MOST_WAITING, WAITING_BYTES / work.size()));
    }
}
