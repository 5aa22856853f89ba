package io.parley.benchmarks;

import io.parley.tools.bench.Arrivals;
import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Crew;
import io.parley.tools.bench.Departures;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import java.util.List;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A side with bare JeroMQ sockets: PUSH and PULL; XPUB that waits instead of dropping, and SUB; DEALER and ROUTER. Each
 * receiver has a thread and a socket of its own.
 */
public final class JeromqSide {
    /** So much may wait on each side, but no fewer and no more messages than this. */
    private static final int WAITING_BYTES = 16 * 1024 * 1024;

    private static final int FEWEST_WAITING = 1_000;
    private static final int MOST_WAITING = 100_000;

    private final ZContext context;
    private final Work work;

    private JeromqSide(ZContext context, Work work) {
        this.context = context;
        this.work = work;
    }

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 1 + Work.ARGUMENTS));
        JeromqSide side = new JeromqSide(new ZContext(), work);
        if (given.get(0).equals(BenchPart.SEND)) {
            side.first();
        } else {
            side.receivers(given.get(1 + Work.ARGUMENTS), Integer.parseInt(given.get(2 + Work.ARGUMENTS)));
        }
        // The sockets end with the process, when all that was sent has come.
        parent.awaitEnd();
        System.exit(0);
    }

    private ZMQ.Socket socket(SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        int waiting = Math.max(FEWEST_WAITING, Math.min(MOST_WAITING, WAITING_BYTES / work.size()));
        socket.setSndHWM(waiting);
        socket.setRcvHWM(waiting);
        return socket;
    }

    private static void listen(ZMQ.Socket socket) {
        Departures.listening("tcp://127.0.0.1:" + socket.bindToRandomPort("tcp://127.0.0.1"));
    }

    private void first() throws Exception {
        switch (work.pattern()) {
            case pushpull, producers -> {
                ZMQ.Socket socket = socket(SocketType.PUSH);
                listen(socket);
                send(socket);
            }
            case pubsub -> {
                ZMQ.Socket socket = socket(SocketType.XPUB);
                socket.setXpubNoDrop(true);
                socket.setXpubVerbose(true);
                listen(socket);
                for (int i = 0; i < work.receivers(); i++) {
                    socket.recv();
                }
                send(socket);
            }
            case pingpong, request -> {
                ZMQ.Socket socket = socket(SocketType.DEALER);
                listen(socket);
                roundTrips(socket);
            }
            case append, force -> throw new IllegalArgumentException("JeroMQ has no log");
        }
    }

    private void send(ZMQ.Socket socket) throws Exception {
        Crew crew = new Crew(work);
        crew.send(Departures.Bytes.FRESH, work.senders() == 1 ? socket::send : message -> sendLocked(socket, message));
        crew.report();
    }

    /** A socket is no thread's but one's: whoever shares it needs a lock. */
    private synchronized void sendLocked(ZMQ.Socket socket, byte[] message) {
        socket.send(message);
    }

    private void roundTrips(ZMQ.Socket socket) {
        RoundTrips trips = new RoundTrips(work);
        socket.send(trips.begin());
        while (trips.more()) {
            trips.back(socket.recv());
            while (trips.mayBegin()) {
                socket.send(trips.begin());
            }
        }
    }

    private void receivers(String address, int readers) {
        Arrivals arrivals = new Arrivals(work, Math.max(readers, work.senders()));
        for (int i = 0; i < readers; i++) {
            Consumer<byte[]> reader = arrivals.all();
            new Thread(() -> receive(address, reader), "receiver-" + i).start();
        }
    }

    private void receive(String address, Consumer<byte[]> reader) {
        ZMQ.Socket socket = socket(
                switch (work.pattern()) {
                    case pushpull, producers -> SocketType.PULL;
                    case pubsub -> SocketType.SUB;
                    case pingpong, request -> SocketType.ROUTER;
                    case append, force -> throw new IllegalArgumentException("JeroMQ has no log");
                });
        if (work.pattern() == Work.Pattern.pubsub) {
            socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        }
        socket.connect(address);
        // ended with the process: what comes after the last message is nothing
        while (true) {
            if (socket.getSocketType() == SocketType.ROUTER) {
                socket.sendMore(socket.recv());
                byte[] message = socket.recv();
                reader.accept(message);
                socket.send(message);
            } else {
                reader.accept(socket.recv());
            }
        }
    }
}
